//! The text a page shows, from its drawing operators.
//!
//! The content of a stream enters; the text leaves, a line where the page
//! begins one. Fonts with glyph numbers of their own show something else than
//! their bytes say; their text is not recovered.

/// A gap, in thousandths of the font's size, that looks like a blank.
const BLANK: f64 = -200.0;

/// Does a stream draw text?
pub fn draws(content: &[u8]) -> bool {
    let text = |operator: &[u8]| memchr::memmem::find(content, operator).is_some();
    text(b"BT") && text(b"ET") && (text(b"Tj") || text(b"TJ"))
}

/// The text of the strings of a stream: of drawn ones joined as they are
/// drawn, of others one a line.
pub fn shown(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut drawing = false;
    while let Some(&byte) = content.get(at) {
        match byte {
            b'(' => {
                let (text, end) = literal(content, at + 1);
                push(&text, drawing, &mut out);
                at = end;
            }
            b'<' if content.get(at + 1) == Some(&b'<') => at += 2,
            b'<' => {
                let (text, end) = hex(content, at + 1);
                push(&text, drawing, &mut out);
                at = end;
            }
            b'%' => {
                let rest = &content[at..];
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'\'' | b'"' | b'0'..=b'9' | b'-' | b'.' => {
                let end = word(content, at);
                match &content[at..end] {
                    b"BT" => drawing = true,
                    b"ET" => {
                        drawing = false;
                        line(&mut out);
                    }
                    b"Td" | b"TD" | b"T*" | b"Tm" | b"'" | b"\"" => line(&mut out),
                    number if drawing => {
                        let number = std::str::from_utf8(number).ok();
                        let number = number.and_then(|text| text.parse::<f64>().ok());
                        if number.is_some_and(|gap| gap < BLANK) && inside_array(content, end) {
                            out.push(b' ');
                        }
                    }
                    _ => {}
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    out
}

/// Is what follows a string of the same array, rather than an operator?
fn inside_array(content: &[u8], at: usize) -> bool {
    let next = content[at..]
        .iter()
        .find(|byte| !byte.is_ascii_whitespace());
    matches!(next, Some(b'(' | b'<'))
}

fn word(content: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'/' | b'{' | b'}' | b'%'
            )
    };
    let length = content[at..].iter().position(ends);
    (at + length.unwrap_or(content.len() - at)).max(at + 1)
}

fn line(out: &mut Vec<u8>) {
    if !out.is_empty() && out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
}

/// One string: UTF-16 where it is marked so, as titles and authors are.
fn push(text: &[u8], drawing: bool, out: &mut Vec<u8>) {
    if let [0xfe, 0xff, units @ ..] = text {
        let units = units
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        let decoded = char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>();
        out.extend_from_slice(decoded.as_bytes());
    } else {
        out.extend_from_slice(text);
    }
    if !drawing {
        line(out);
    }
}

/// A string in parentheses; answers where it ends, too.
fn literal(content: &[u8], from: usize) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut depth = 1;
    let mut at = from;
    while let Some(&byte) = content.get(at) {
        at += 1;
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b'\\' => {
                at = escaped(content, at, &mut text);
                continue;
            }
            _ => {}
        }
        text.push(byte);
    }
    (text, at)
}

fn escaped(content: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
    let Some(&byte) = content.get(at) else {
        return at;
    };
    let plain = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' | b'f' => b' ',
        b'\r' | b'\n' => return at + 1,
        b'0'..=b'7' => {
            let digits = content[at..].iter().take(3);
            let digits: Vec<u8> = digits
                .take_while(|digit| matches!(digit, b'0'..=b'7'))
                .map(|digit| digit - b'0')
                .collect();
            let value = digits
                .iter()
                .fold(0u32, |value, &digit| value * 8 + u32::from(digit));
            text.push(value as u8);
            return at + digits.len();
        }
        other => other,
    };
    text.push(plain);
    at + 1
}

/// A string in hexadecimal digits.
fn hex(content: &[u8], from: usize) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut high = None;
    let mut at = from;
    while let Some(&byte) = content.get(at) {
        at += 1;
        if byte == b'>' {
            break;
        }
        let Some(digit) = char::from(byte).to_digit(16) else {
            continue;
        };
        match high.take() {
            Some(first) => text.push((first * 16 + digit) as u8),
            None => high = Some(digit),
        }
    }
    text.extend(high.map(|digit| (digit * 16) as u8));
    (text, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_text_is_joined() {
        let page = br"BT /F1 12 Tf 72 720 Td [(half a to) -20 (ken) -400 (here)] TJ T* (a\(b\)\101\n) Tj <4142 43> Tj ET";
        assert!(draws(page));
        let text = shown(page);
        assert_eq!(
            String::from_utf8_lossy(&text),
            "half a token here\na(b)A\nABC\n"
        );
    }

    #[test]
    fn properties_are_lines() {
        let info = b"<< /Author (\xfe\xff\0J\0\xe4) /Title (x) /Producer <FEFF0041> >> % (no)";
        assert_eq!(String::from_utf8(shown(info)).unwrap(), "J\u{e4}\nx\nA\n");
        assert_eq!(shown(b"(open \\"), b"open \n");
    }
}
