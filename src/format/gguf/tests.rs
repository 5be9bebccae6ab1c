//! What the walker says of sound files in all forms, of lying ones and of noise.

use std::fmt::Write as _;
use std::io::Cursor;

use super::*;

use builder::{Form, V3, Value, sample};

const ALL: [Form; 4] = [
    V3,
    Form {
        version: 3,
        big: true,
    },
    Form {
        version: 2,
        big: false,
    },
    Form {
        version: 1,
        big: false,
    },
];

/// Events in short words, and the outcome.
fn told(file: &[u8]) -> (String, Gguf) {
    let mut told = String::new();
    let found = walk(
        &mut Cursor::new(file),
        file.len() as u64,
        1 << 20,
        &mut |event| {
            let _ = match event {
                GgufEvent::Text {
                    key,
                    index,
                    offset,
                    length,
                    value,
                } => {
                    let place = offset as usize..offset as usize + value.len();
                    assert_eq!(&file[place], value);
                    let index = index.map_or(String::new(), |index| format!("[{index}]"));
                    let text = String::from_utf8_lossy(&value[..value.len().min(30)]);
                    writeln!(told, "{key}{index}={text} {length}")
                }
                GgufEvent::Number { key, text } => writeln!(told, "{key}={text}"),
                GgufEvent::Array {
                    key,
                    of,
                    count,
                    bytes,
                } => {
                    let bytes = bytes.map(|range| &file[range.start as usize..range.end as usize]);
                    let bytes = String::from_utf8_lossy(bytes.unwrap_or_default());
                    writeln!(told, "{key}: {count} {of} {bytes}")
                }
                GgufEvent::Tensor { name, dtype, shape } => {
                    writeln!(told, "{name} {dtype} {shape:?}")
                }
            };
        },
    );
    (told, found)
}

fn problems(file: &[u8]) -> Vec<String> {
    let (_, found) = told(file);
    let stopped = found.stopped.map(|(error, _)| error.to_string());
    found
        .problems
        .iter()
        .map(ToString::to_string)
        .chain(stopped)
        .collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.as_bytes().to_vec())
}

#[test]
fn all_versions_and_both_endiannesses_say_the_same() {
    for form in ALL {
        let file = sample(form, "s3cret");
        assert!(looks_like_gguf(&file));
        let (words, found) = told(&file);
        assert_eq!(
            words,
            "general.architecture=llama 5\n\
             general.alignment=32\n\
             quantize.imatrix.file=/home/jane/imatrix.dat 22\n\
             training.hub_token=s3cret 6\n\
             general.tags: 2 string \n\
             general.tags[0]=text-generation 15\n\
             general.tags[1]=en 2\n\
             tokenizer.ggml.tokens: 3 string \n\
             tokenizer.ggml.tokens[0]=<s> 3\n\
             tokenizer.ggml.tokens[1]=</s> 4\n\
             tokenizer.ggml.tokens[2]=hi 2\n\
             tokenizer.ggml.token_type: 3 int32 \n\
             tokenizer.ggml.precompiled_charsmap: 8 uint8 charsmap\n\
             nested: 2 array \n\
             nested: 2 string \n\
             nested[0]=a 1\n\
             nested[1]=b 1\n\
             nested: 1 string \n\
             nested[2]=c 1\n\
             tokenizer.chat_template={{ messages[0]['content'] }} 28\n\
             token_embd.weight F32 [4, 3]\n\
             output.weight Q8_0 [32, 2]\n",
            "{form:?}"
        );
        assert_eq!((found.version, found.big_endian), (form.version, form.big));
        assert!(found.stopped.is_none() && found.problems.is_empty() && found.gaps.is_empty());
        assert_eq!(found.tensor_bytes, 48 + 68);
    }
}

#[test]
fn lying_counts() {
    let pair = [("k", text("v"))];
    let count = u64::MAX / 2;
    let said = problems(&V3.claiming((count, 1), &pair, &[], 0));
    assert!(
        said[0].contains("tensors, more than the file has room for"),
        "{said:?}"
    );
    let said = problems(&V3.claiming((0, count), &pair, &[], 0));
    assert!(
        said[0].contains("keys, more than the file has room for"),
        "{said:?}"
    );
    assert_eq!(said.len(), 2, "{said:?}");
    let array = [V3.u32(8), V3.u64(count), V3.text(b"first")].concat();
    let file = V3.file(&[("k", Value::Raw(9, array))], &[], 0);
    assert!(told(&file).0.contains("k[0]=first"));
    assert!(problems(&file)[0].contains("array elements, more than the file"));
    for kind in [5, 12] {
        let array = [V3.u32(kind), V3.u64(count)].concat();
        let said = problems(&V3.file(&[("k", Value::Raw(9, array))], &[], 0));
        assert!(said[1].contains("ends inside GGUF array"), "{said:?}");
    }
    let string = Value::Raw(8, [V3.u64(1 << 40), b"some text".to_vec()].concat());
    let said = problems(&V3.file(&[("k", string)], &[], 0));
    assert!(said[0].contains("ends inside GGUF string"), "{said:?}");
}

#[test]
fn kinds_and_nesting() {
    let said = problems(&V3.file(&[("k", Value::Raw(13, vec![0; 8]))], &[], 0));
    assert!(said[0].contains("malformed GGUF value type"), "{said:?}");
    let array = [V3.u32(99), V3.u64(0)].concat();
    let said = problems(&V3.file(&[("k", Value::Raw(9, array))], &[], 0));
    assert!(said[0].contains("malformed GGUF array type"), "{said:?}");
    let deep = |levels| {
        let start = Value::Texts(vec![b"deep".to_vec()]);
        (1..levels).fold(start, |inner, _| Value::Nested(vec![inner]))
    };
    assert!(
        told(&V3.file(&[("k", deep(4))], &[], 0))
            .0
            .contains("k[0]=deep")
    );
    let said = problems(&V3.file(&[("k", deep(5))], &[], 0));
    assert_eq!(said, ["limit reached: nesting of GGUF arrays"]);
}

#[test]
fn shapes_of_tensors() {
    let of = |tensors: &[builder::Tensor], data| problems(&V3.file(&[], tensors, data));
    assert!(of(&[("a", vec![8], 0, 0), ("b", vec![8], 0, 32)], 64).is_empty());
    for (tensors, data, expected) in [
        (
            vec![("a", vec![8], 0, 0), ("b", vec![8], 0, 16)],
            64,
            "misaligned",
        ),
        (
            vec![("a", vec![16], 0, 0), ("b", vec![8], 0, 32)],
            64,
            "shares bytes",
        ),
        (
            vec![("a", vec![8], 0, 0), ("b", vec![8], 0, 1 << 60)],
            64,
            "1 tensors lie beyond",
        ),
        (
            vec![("a", vec![8], 0, 0), ("b", vec![8], 0, u64::MAX - 31)],
            64,
            "lie beyond",
        ),
        (
            vec![("a", vec![8], 0, 0), ("b", vec![8], 0, 96)],
            128,
            "64 bytes belong to no tensor",
        ),
        (
            vec![("a", vec![8], 0, 0)],
            500,
            "468 bytes follow the last tensor",
        ),
        (
            vec![("a", vec![8], 0, 0), ("a", vec![8], 0, 32)],
            64,
            "tensor name at byte",
        ),
        (
            vec![("a", vec![1 << 40, 1 << 40], 0, 0)],
            64,
            "impossible shape",
        ),
        (vec![("a", vec![31], 8, 0)], 64, "impossible shape"),
        (
            vec![("a", vec![1; 5], 0, 0)],
            64,
            "malformed GGUF tensor shape",
        ),
    ] {
        let said = of(&tensors, data);
        assert!(
            said.iter().any(|text| text.contains(expected)),
            "{said:?} {expected}"
        );
    }
}

#[test]
fn keys_and_alignment() {
    let said = problems(&V3.file(&[("k", text("a")), ("k", text("b"))], &[], 0));
    assert!(said[0].contains("was there before"), "{said:?}");
    for alignment in [0, 3, 1 << 30] {
        let pairs = [("general.alignment", Value::U32(alignment))];
        let said = problems(&V3.file(&pairs, &[("a", vec![8], 0, 0)], 8192));
        assert!(!said.is_empty(), "{alignment}");
    }
    let version = Form {
        version: 4,
        big: false,
    };
    assert_eq!(
        problems(&version.file(&[], &[], 0)),
        ["unsupported GGUF version"]
    );
}

#[test]
fn long_strings_come_cut_and_the_header_is_limited() {
    let long = Value::Text(vec![b'x'; HELD as usize + 1]);
    let file = V3.file(&[("long", long), ("k", text("v"))], &[], 0);
    let mut lengths = vec![];
    let found = walk(
        &mut Cursor::new(&file),
        file.len() as u64,
        1 << 20,
        &mut |event| {
            if let GgufEvent::Text { length, value, .. } = event {
                lengths.push((length, value.len() as u64));
            }
        },
    );
    assert!(found.stopped.is_none());
    assert_eq!(lengths, [(HELD + 1, CUT), (1, 1)]);
    let found = walk(
        &mut Cursor::new(&file),
        file.len() as u64,
        1000,
        &mut |_| {},
    );
    assert!(matches!(
        found.stopped,
        Some((FormatError::Limit { .. }, _))
    ));
}

#[test]
fn older_formats_are_known_and_text_is_not() {
    assert!(looks_like_ggml(b"tjgg\x03\0\0\0\0\x7d\0\0\0\x10\0\0"));
    assert!(looks_like_ggml(b"lmgg\0\x7d\0\0\0\x10\0\0\0\x01\0\0"));
    assert!(!looks_like_ggml(b"lmgg is how little endian writes ggml"));
    assert!(!looks_like_gguf(b"GGUF is a format"));
    assert!(looks_like_gguf(b"GGUF\0\0\0\x03"));
}

#[test]
fn hostile_input_ends() {
    for form in ALL {
        let file = sample(form, "s3cret");
        for length in 0..file.len() {
            let (_, found) = told(&file[..length]);
            assert!(
                found.stopped.is_some() || !found.problems.is_empty() || length + 28 >= file.len()
            );
        }
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        };
        for _ in 0..3000 {
            let mut file = file.clone();
            for _ in 0..=random() % 4 {
                let at = random() % file.len();
                file[at] = [random() as u8, 0, 0xff][random() % 3];
            }
            told(&file);
        }
    }
}
