//! What the walker says of a model, of lies and of noise.

use std::io::Cursor;

use super::*;

fn told(model: &[u8]) -> (Vec<String>, Result<Vec<Range<u64>>, FormatError>) {
    let mut told = vec![];
    let size = model.len() as u64;
    let ranges = walk(&mut Cursor::new(model), size, &mut |event| {
        told.push(format!("{event:?}"));
    });
    (told, ranges)
}

#[test]
fn names_and_weights() {
    let model = builder::sample("made at home");
    assert!(looks_like_tflite(&model));
    let (said, ranges) = told(&model);
    assert_eq!(
        said,
        [
            "Description(\"made at home\")",
            "Custom(\"FlexPyFunc\")",
            "Metadata(\"min_runtime_version\")",
            "Tensor { name: \"weights\", dtype: \"FLOAT32\", shape: [1, 8] }",
            "Tensor { name: \"labels\", dtype: \"STRING\", shape: [1, 8] }",
        ]
    );
    let ranges = ranges.unwrap();
    assert_eq!(ranges.len(), 1);
    let weights = &model[ranges[0].start as usize..ranges[0].end as usize];
    assert_eq!(weights, vec![b'w'; 1000]);
}

#[test]
fn hostile_input_ends() {
    let model = builder::sample("made at home");
    for length in 0..model.len() {
        let _ = told(&model[..length]);
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for _ in 0..5000 {
        let mut model = model.clone();
        for _ in 0..=random() % 4 {
            let at = random() % model.len();
            model[at] = [random() as u8, 0, 0xff, 4][random() % 4];
        }
        let _ = told(&model);
    }
}

#[test]
fn places_are_bounded() {
    // A vector of tables in which each entry leads to the same table of which
    // each field leads to the vector again.
    let mut model = b"\x08\0\0\0TFL3".to_vec();
    model.extend((-24i32).to_le_bytes());
    model.extend([4u32; 5].iter().flat_map(|field| field.to_le_bytes()));
    model.extend([18, 0, 24, 0]);
    model.extend(
        [4u16, 4, 4, 4, 4, 4, 4]
            .iter()
            .flat_map(|field| field.to_le_bytes()),
    );
    let words = 4_000_000u32;
    model.extend((0..words).flat_map(|_| words.to_le_bytes()));
    let (said, outcome) = told(&model);
    assert!(outcome.is_err() && said.len() < 1000);
}
