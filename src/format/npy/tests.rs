//! Headers as `NumPy` writes them, lying ones and noise.

use super::*;

use builder::{file, header, texts};

fn read(file: &[u8]) -> Result<Header, FormatError> {
    let mut rest = file;
    let header = read_header(&mut rest)?;
    assert_eq!((file.len() - rest.len()) as u64, header.start);
    Ok(header)
}

fn of(descr: &str) -> Layout {
    read(&file(1, &header(descr, "(1,)"), b"")).unwrap().layout
}

/// Texts of all columns of one element.
fn all(layout: &Layout, element: &[u8]) -> Vec<String> {
    let mut found = vec![];
    for column in &layout.columns {
        column.texts(element, &mut Vec::new(), &mut |text| {
            found.push(format!("{}={}", column.name, String::from_utf8_lossy(text)));
        });
    }
    found
}

#[test]
fn plain_types() {
    for (descr, size, columns) in [
        ("'<f4'", 4, 0),
        ("'|b1'", 1, 0),
        ("'<M8[ns]'", 8, 0),
        ("'<c16'", 16, 0),
        ("'<V2'", 2, 0),
        ("'|V16'", 16, 1),
        ("'|S7'", 7, 1),
        ("'<U7'", 28, 1),
        ("'<U0'", 0, 0),
    ] {
        let layout = of(descr);
        assert_eq!(
            (layout.size, layout.columns.len()),
            (size, columns),
            "{descr}"
        );
        assert!(layout.is_plain() && !layout.objects);
    }
    assert!(of("'|O'").objects);
    for descr in [
        "'x9'",
        "7",
        "[]7",
        "[('a',)]",
        "('<f4', 'x')",
        "'<U99999999999999999999'",
    ] {
        assert!(
            read(&file(1, &header(descr, "(1,)"), b"")).is_err(),
            "{descr}"
        );
    }
}

#[test]
fn texts_are_decoded() {
    for big in [false, true] {
        let file = texts(&["héllo", "x"], big);
        let header = read(&file).unwrap();
        assert_eq!(
            (header.elements(), header.data_bytes()),
            (Some(2), Some(40))
        );
        let data = &file[header.start as usize..];
        assert_eq!(all(&header.layout, &data[..20]), ["=héllo"]);
        assert_eq!(all(&header.layout, &data[20..]), ["=x"]);
    }
}

#[test]
fn records() {
    // A number, a text, padding, a text twice, and a record in a subarray.
    let layout = of(
        "[('id', '<i4'), (('the title', 'name'), '|S4'), ('', '|V2'), ('tags', '|S2', (2,)), \
         ('inner', [('k', '|S1'), ('n', '<f4')], (2, 1))]",
    );
    assert_eq!(layout.size, 4 + 4 + 2 + 4 + 10);
    let element = b"\0\0\0\0nam\0..aabbx\0\0\0\0y\0\0\0\0";
    assert_eq!(
        all(&layout, element),
        ["name=nam", "tags=aa", "tags=bb", "inner.k=x", "inner.k=y"]
    );
    let fields: Vec<_> = layout
        .fields
        .iter()
        .map(|(name, of)| format!("{name} {of}"))
        .collect();
    assert_eq!(
        fields,
        [
            "id <i4",
            "name |S4",
            " |V2",
            "tags |S2",
            "inner record",
            "inner.k |S1",
            "inner.n <f4"
        ]
    );
    let two = of("[('a', '|S1'), ('b', '|S1')]");
    assert_eq!(all(&two, b"xy"), ["a=x", "b=y"]);
    let sub = of("('|S1', (3,))");
    assert_eq!(all(&sub, b"xyz"), ["=x", "=y", "=z"]);
    assert!(of("[('a', '<f4'), ('o', '|O')]").objects);
}

#[test]
fn versions_and_lies() {
    let header = header("'<f4'", "(2, 3)");
    for version in 1..=3 {
        let read = read(&file(version, &header, b"")).unwrap();
        assert_eq!((read.shape, read.other_keys), (vec![2, 3], false));
    }
    assert!(matches!(
        read(&file(4, &header, b"")),
        Err(FormatError::Unsupported { .. })
    ));
    let mut long = file(2, &header, b"");
    long[8..12].fill(0xff);
    assert!(matches!(read(&long), Err(FormatError::Limit { .. })));
    let more = header.replace('{', "{'note': 'x', ");
    assert!(read(&file(1, &more, b"")).unwrap().other_keys);
    let huge = builder::header("'<f4'", "(9223372036854775807, 9223372036854775807)");
    let huge = read(&file(1, &huge, b"")).unwrap();
    assert_eq!((huge.elements(), huge.data_bytes()), (None, None));
    // As many repetitions as there are numbers, of nothing or of one byte.
    let many = of("('|S0', (999999999999,))");
    assert!(all(&many, b"").is_empty());
    assert!(
        read(&file(
            1,
            &builder::header("('|S9', (99999999999999999999,))", "()"),
            b""
        ))
        .is_err()
    );
    let many = of("('|S1', (999999999999,))");
    assert_eq!(all(&many, b"ab"), ["=a", "=b"]);
}

#[test]
fn hostile_input_ends() {
    let descr =
        "[('id', '<i4'), (('t', 'n'), '|S4'), ('u', '>U2', (2,)), ('i', [('k', '|S1')], (2, 1))]";
    let file = file(1, &header(descr, "(2,)"), &[b'x'; 60]);
    for length in 0..file.len() {
        let _ = read(&file[..length]);
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for _ in 0..5000 {
        let mut file = file.clone();
        for _ in 0..=random() % 3 {
            let at = random() % 200;
            file[at] = if random() % 2 == 0 {
                random() as u8
            } else {
                b"0123456789,'()[]{}"[random() % 18]
            };
        }
        if let Ok(header) = read(&file) {
            let element = &file[header.start as usize..];
            all(&header.layout, &element[..element.len().min(30)]);
        }
    }
}

#[test]
fn what_is_repeated_no_times_is_no_column() {
    let text = "{'descr': [('a', 'V64'), ('b', [('c', [('d', 'S8', (0,))], (9,))], (9,))], \
                'fortran_order': False, 'shape': (1,)}";
    let mut file = b"\x93NUMPY\x01\0".to_vec();
    file.extend((text.len() as u16).to_le_bytes());
    file.extend(text.as_bytes());
    let header = read_header(&mut &file[..]).unwrap();
    let names: Vec<&str> = header.layout.columns.iter().map(|c| &c.name[..]).collect();
    assert_eq!((header.layout.size, names), (64, vec!["a"]));
}
