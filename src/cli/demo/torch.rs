//! Files as `torch.save` writes them: a pickle in a stored zip.
//!
//! In: a class and its fields. Out: bytes. Just enough for the demo; nothing
//! here reads.

/// A value of a pickled field.
pub(super) enum Value<'a> {
    Text(&'a str),
    Float(f64),
    Int(i32),
    Bool(bool),
}

/// A protocol 2 pickle of an object of `module.class` with these fields.
pub(super) fn pickle(module: &str, class: &str, fields: &[(&str, Value<'_>)]) -> Vec<u8> {
    let mut out = b"\x80\x02c".to_vec();
    out.extend_from_slice(format!("{module}\n{class}\n").as_bytes());
    // An empty tuple, a new object of the class, a dict, and a mark.
    out.extend_from_slice(b")\x81}(");
    for (name, value) in fields {
        text(name, &mut out);
        match value {
            Value::Text(value) => text(value, &mut out),
            Value::Float(value) => {
                out.push(b'G');
                out.extend_from_slice(&value.to_be_bytes());
            }
            Value::Int(value) => {
                out.push(b'J');
                out.extend_from_slice(&value.to_le_bytes());
            }
            Value::Bool(true) => out.push(0x88),
            Value::Bool(false) => out.push(0x89),
        }
    }
    // Set the items, give the dict to the object, stop.
    out.extend_from_slice(b"ub.");
    out
}

fn text(text: &str, out: &mut Vec<u8>) {
    out.push(b'X');
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// What `torch.save` writes around a pickle.
pub(super) fn save(pickle: &[u8]) -> Vec<u8> {
    zip(&[
        ("archive/data.pkl", pickle),
        ("archive/byteorder", b"little"),
        ("archive/version", b"3\n"),
    ])
}

/// A zip archive of stored members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in members {
        let offset = out.len() as u32;
        let entry = entry(name, bytes);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&entry);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        // The same entry again, with no comment, disk or attributes.
        directory.extend_from_slice(b"PK\x01\x02\0\0");
        directory.extend_from_slice(&entry);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = (members.len() as u16).to_le_bytes();
    let start = out.len() as u32;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

/// What the headers of a stored member share.
fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    let size = (bytes.len() as u32).to_le_bytes();
    let mut entry = Vec::new();
    // Version, flags, method 0, time, date.
    entry.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
    entry.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    entry.extend_from_slice(&size);
    entry.extend_from_slice(&size);
    entry.extend_from_slice(&(name.len() as u16).to_le_bytes());
    entry.extend_from_slice(&[0; 2]);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn our_own_reader_reads_it() {
        let saved = save(&pickle("m", "C", &[("a", Value::Text("b"))]));
        let directory = crate::format::zip::read_directory(&mut Cursor::new(saved)).unwrap();
        assert_eq!(directory.members.len(), 3);
    }
}
