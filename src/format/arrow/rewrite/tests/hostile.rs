//! Damaged input: an error or a whole output, in bounded work.

use super::{Swap, builder, column, file, read, run, schema, strings};
use crate::format::xorshift::Random;

fn samples() -> Vec<Vec<u8>> {
    let origin = builder::schema(vec![column("c")], &[("origin", "swap")]);
    let messages = [
        builder::message(1, origin, &[]),
        strings(&["one", "swap", ""], Some(1)),
        strings(&["two"], Some(0)),
    ];
    let stream = builder::stream(&["one", "swap"], &["three"]);
    let views = builder::field("v", 24, vec![], vec![]);
    let mut view = 4_i32.to_le_bytes().to_vec();
    view.extend(b"swap\0\0\0\0\0\0\0\0");
    view.extend([20_i32, 0, 0, 0].map(i32::to_le_bytes).concat());
    let heap = b"twenty letters, swap".to_vec();
    let (mut header, body) = builder::batch(2, &[2], &[vec![], view, heap], None);
    let count = 1_i64.to_le_bytes().to_vec();
    header.push(builder::Value::Structs(1, count));
    let views = [schema(vec![views]), builder::message(3, header, &body)].concat();
    vec![stream, file(&messages, vec![column("c")]), views]
}

fn check(bytes: &[u8]) -> bool {
    let mut swap = Swap::new("swap", "something longer than it");
    swap.drop = true;
    let done = run(bytes, &mut swap);
    let most = 64 * bytes.len() as u64 + (1 << 16);
    assert!(swap.bytes <= most * 64);
    let Ok((new, summary)) = done else {
        return false;
    };
    assert!(new.len() as u64 <= most);
    // What was written is as whole as what was read.
    let mut again = Swap::new("absent", "");
    let (same, second) = run(&new, &mut again).unwrap();
    assert!(same == new);
    assert_eq!(second.unread.len(), summary.unread.len());
    // Whatever the reader finds has been looked at.
    if summary.unread.is_empty() {
        let (seen, _) = read(&new, None);
        let values = seen.values.iter().map(|(.., text)| text);
        let pairs = seen.metadata.iter().map(|(_, value)| value);
        let mut texts = values.chain(&seen.unused).chain(pairs);
        assert!(
            !texts.any(|text| text.contains("swap")),
            "{:?} {:?} {:?}",
            seen.values,
            seen.unused,
            seen.problems
        );
    }
    true
}

#[test]
fn every_truncation_is_an_error_or_a_shorter_stream() {
    for bytes in samples() {
        assert!(check(&bytes));
        for end in 0..bytes.len() {
            check(&bytes[..end]);
        }
        if bytes.starts_with(b"ARROW1") {
            assert!((0..bytes.len()).all(|end| !check(&bytes[..end])));
        }
    }
}

#[test]
fn no_mutation_panics_or_yields_broken_output() {
    let mut random = Random::new(11);
    for good in samples() {
        for _ in 0..4000 {
            let mut bytes = good.clone();
            random.damage(&mut bytes);
            check(&bytes);
        }
    }
}

#[test]
fn lengths_that_lie_are_never_believed() {
    for good in samples() {
        for at in 0..good.len().saturating_sub(8) {
            for value in [-1_i64, i64::MAX, 1 << 40, 1 << 31, 0] {
                let mut bytes = good.clone();
                bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
                check(&bytes);
            }
        }
    }
}
