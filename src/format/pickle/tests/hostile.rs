//! Cut, mutated and malicious streams: every walk ends, in work bounded by its
//! input, and what comes before a break is told.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::super::{Argument, Call, Callee, PickleEvent, walk};
use crate::format::FormatError;

use super::super::builder::{
    base64, bytes, call, global, joblib_array, mechanisms, stream, system, text,
};

/// Calls as `opcode callee(arguments)`, and how many events there were.
fn calls(bytes: &[u8]) -> (Vec<String>, usize) {
    let (mut calls, mut events) = (Vec::new(), 0);
    let _ = walk(&mut Cursor::new(bytes), &mut |event| {
        events += 1;
        if let PickleEvent::Call(call) = event {
            calls.push(shown(&call));
        }
        ControlFlow::Continue(())
    });
    (calls, events)
}

fn shown(call: &Call<'_>) -> String {
    let (opcode, callee, arguments) = (
        call.opcode.name(),
        call.callee_text(),
        call.arguments_text(),
    );
    format!("{opcode} {callee}({arguments})")
}

struct Noise(u64);

impl Noise {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

#[test]
fn calls_tell_their_arguments() {
    let list = [b"](".to_vec(), text("a"), b"K\x01\x88e".to_vec()].concat();
    let arguments = [list, b"}".to_vec(), global("mylib", "x"), b"N".to_vec()];
    let (calls, _) = calls(&stream(2, &call(&global("os", "system"), &arguments)));
    assert_eq!(
        calls,
        ["REDUCE os.system(['a', 1, True], {}, mylib.x, None)"]
    );
}

#[test]
fn results_that_are_called_tell_how_they_were_made() {
    let partial = call(
        &global("functools", "partial"),
        &[global("os", "system"), text("id")],
    );
    let body = [&partial[..], b")R"].concat();
    let mut results = 0;
    let _ = walk(&mut Cursor::new(stream(2, &body)), &mut |event| {
        if let PickleEvent::Call(call) = event {
            results += usize::from(call.callee() == Callee::Result);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(results, 1);
    let told = calls(&stream(2, &body)).0;
    assert_eq!(told[1], "REDUCE functools.partial(os.system, 'id')()");
}

#[test]
fn arguments_hold_only_so_much() {
    let many: Vec<Vec<u8>> = (0..100).map(|_| text(&"x".repeat(300))).collect();
    let (calls, _) = calls(&stream(2, &call(&global("os", "system"), &many)));
    assert!(calls[0].len() < 300, "{}", calls[0].len());
    let mut kept = 0;
    let _ = walk(
        &mut Cursor::new(stream(2, &call(&global("a", "b"), &many))),
        &mut |event| {
            if let PickleEvent::Call(call) = event {
                kept = call.arguments().filter(|it| *it == Argument::Other).count();
            }
            ControlFlow::Continue(())
        },
    );
    assert_eq!(kept, 12);
}

#[test]
fn streams_cut_at_every_length_keep_what_comes_before() {
    for (what, _, bytes) in mechanisms() {
        if bytes.len() > 3000 {
            continue;
        }
        let (all, _) = calls(&bytes);
        for end in 0..bytes.len() {
            let (cut, _) = calls(&bytes[..end]);
            assert!(cut.len() <= all.len() + 1, "{what} at {end}");
        }
        if let Some(unended) = bytes.strip_suffix(b".") {
            assert_eq!(calls(unended).0.first(), all.first(), "{what}");
        }
    }
}

#[test]
fn mutated_streams_end_in_bounded_work() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let samples: Vec<Vec<u8>> = mechanisms()
        .into_iter()
        .map(|(_, _, bytes)| bytes)
        .filter(|bytes| bytes.len() < 3000)
        .collect();
    for _ in 0..6000 {
        let mut bytes = samples[noise.below(samples.len())].clone();
        for _ in 0..=noise.below(6) {
            let at = noise.below(bytes.len());
            bytes[at] = noise.below(256) as u8;
        }
        let (_, events) = calls(&bytes);
        assert!(events <= 16 * bytes.len() + 64, "{events}");
    }
}

#[test]
fn depth_costs_no_stack_and_no_time() {
    let deep = |push: &[u8], wrap: &[u8]| [b"\x80\x02", push, &wrap.repeat(100_000), b"."].concat();
    let class = global("a", "b");
    let streams = [
        deep(b")", b"\x85"),
        deep(b"K\x01", b"\x86N"),
        [
            b"\x80\x02".to_vec(),
            b"]".repeat(100_000),
            b"a".repeat(99_999),
        ]
        .concat(),
        [
            b"\x80\x02".to_vec(),
            b"(".repeat(100_000),
            b"t".repeat(100_000),
        ]
        .concat(),
        [
            b"\x80\x02".to_vec(),
            b"}K\x01".repeat(50_000),
            b"s".repeat(49_999),
        ]
        .concat(),
        deep(&class, b")R"),
        deep(&class, b"\x85R"),
        deep(b"]q\0", b"h\0a"),
        deep(b"}", b"N2s"),
        deep(b"N", b"2\x86"),
        deep(b"(", b"2o("),
        deep(b"\x8c\x01k", b"}\x8c\x01k("),
        b"\x80\x04\x94".repeat(50_000),
        [b"\x80\x02]".to_vec(), bytes(b"(lp0\nS'x'\n").repeat(20_000)].concat(),
    ];
    for (number, bytes) in streams.iter().enumerate() {
        let start = Instant::now();
        calls(bytes);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{number}: {took:?}");
    }
}

#[test]
fn pickles_in_pickles_end() {
    let mut inner = stream(2, &system());
    for _ in 0..3 {
        inner = stream(2, &bytes(&inner));
    }
    assert_eq!(calls(&inner).0.len(), 1);
    for _ in 0..3 {
        inner = stream(2, &text(&base64(&inner)));
    }
    let walked = walk(&mut Cursor::new(&inner), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(walked, Err(FormatError::Limit { .. })));
}

#[test]
fn arrays_between_the_opcodes_are_passed() {
    let noise: Vec<u8> = (0..60_000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for aligned in [true, false] {
        let arrays = joblib_array(&noise, aligned).repeat(3);
        let bytes = stream(2, &[arrays, system()].concat());
        let mut skipped = Vec::new();
        let end = walk(&mut Cursor::new(&bytes), &mut |event| {
            if let PickleEvent::Skipped { len, .. } = event {
                skipped.push(len);
            }
            ControlFlow::Continue(())
        });
        assert_eq!(end.unwrap().end_offset, bytes.len() as u64);
        assert_eq!(skipped, [60_000; 3]);
        let (calls, _) = calls(&bytes);
        assert!(calls.contains(&"REDUCE os.system('id')".to_owned()));
    }
}

#[test]
fn lying_arrays_are_errors() {
    let array = joblib_array(&[1; 100], true);
    let cut = walk(
        &mut Cursor::new(stream(2, &array[..array.len() - 50])),
        &mut |_| ControlFlow::Continue(()),
    );
    assert!(matches!(cut, Err(FormatError::Truncated { .. })));
    let at = array
        .windows(6)
        .position(|part| part == b"\x8c\x05shap")
        .unwrap();
    let mut huge = array.clone();
    huge.splice(
        at + 8..at + 11,
        *b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
    );
    let walked = walk(&mut Cursor::new(stream(2, &huge)), &mut |_| {
        ControlFlow::Continue(())
    });
    assert!(walked.is_err());
}
