//! Compressed, nested, dictionary-encoded, fixed and viewed columns.

use super::{Flat, Swap, builder, column, read, run, schema, strings, texts};
use crate::format::FormatError;
use crate::format::flatbuffer::Table;

/// A field whose values are in a dictionary.
fn encoded(name: &str, dictionary: i64) -> Vec<Flat> {
    let mut field = column(name);
    field[4] = Flat::Table(vec![Flat::I64(dictionary)]);
    field
}

fn dictionary(id: i64, texts: &[&str], delta: bool) -> Vec<u8> {
    let [offsets, bytes] = builder::strings(texts);
    let rows = texts.len() as i64;
    let (header, body) = builder::batch(rows, &[rows], &[vec![], offsets, bytes], None);
    let header = vec![Flat::I64(id), Flat::Table(header), Flat::U8(delta.into())];
    builder::message(2, header, &body)
}

fn words(numbers: &[i32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

#[test]
fn compressed_batches_stay_compressed() {
    let long = "many equal letters aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for codec in [0, 1] {
        let batch = strings(&["swap", "b", long, long, long], Some(codec));
        let bytes = [schema(vec![column("c")]), batch].concat();
        let (new, _) = run(&bytes, &mut Swap::new("swap", "changed")).unwrap();
        assert!(new.len() < bytes.len());
        let (seen, _) = read(&new, None);
        let expected = [(0, "changed"), (1, "b"), (2, long), (3, long), (4, long)];
        assert_eq!(texts(&seen, "/c"), expected);
        // And once more, from buffers that are really compressed.
        let (newer, _) = run(&new, &mut Swap::new("changed", "swap")).unwrap();
        assert_eq!(texts(&read(&newer, None).0, "/c")[0], (0, "swap"));
        // Buffers that became empty.
        let batch = strings(&["swap"], Some(codec));
        let bytes = [schema(vec![column("c")]), batch].concat();
        let (new, _) = run(&bytes, &mut Swap::new("swap", "")).unwrap();
        let (seen, _) = read(&new, None);
        assert!(seen.values.is_empty() && seen.problems.is_empty());
    }
}

#[test]
fn nulls_are_kept_and_what_is_below_them_is_dropped() {
    let [offsets, bytes] = builder::strings(&["one", "swap", "swap"]);
    let buffers = [vec![0b101], offsets, bytes];
    let (mut header, body) = builder::batch(3, &[3], &buffers, None);
    let nodes = [3_i64, 1].map(i64::to_le_bytes).concat();
    header[1] = Flat::Structs(1, nodes);
    let bytes = [
        schema(vec![column("c")]),
        builder::message(3, header, &body),
    ]
    .concat();
    let mut swap = Swap::new("swap", "changed");
    let (new, summary) = run(&bytes, &mut swap).unwrap();
    assert_eq!((summary.replaced, swap.bytes), (1, 3 + 4 + 4));
    assert_eq!(
        texts(&read(&new, None).0, "/c"),
        [(0, "one"), (2, "changed")]
    );
    // Without a new value they stay, unless somebody wants them dropped.
    let mut swap = Swap::new("absent", "");
    assert!(run(&bytes, &mut swap).unwrap().0 == bytes);
    swap.drop = true;
    let (new, summary) = run(&bytes, &mut swap).unwrap();
    assert_eq!((summary.replaced, summary.batches), (0, 1));
    assert_eq!(texts(&read(&new, None).0, "/c"), [(0, "one"), (2, "swap")]);
}

#[test]
fn dictionaries_are_rewritten_and_deltas_too() {
    let indices = |of: &[i32]| {
        let rows = of.len() as i64;
        let buffers = [vec![], words(of), vec![], words(of)];
        let (header, body) = builder::batch(rows, &[rows, rows], &buffers, None);
        builder::message(3, header, &body)
    };
    let bytes = [
        schema(vec![encoded("first", 4), encoded("second", 4)]),
        dictionary(4, &["one", "swap"], false),
        indices(&[0, 1, 1]),
        dictionary(4, &["swap it"], true),
        indices(&[2]),
    ]
    .concat();
    let mut swap = Swap::new("swap", "changed");
    // The dictionary is the first column's, but it is the second one's too.
    swap.columns = vec!["second"];
    let (new, summary) = run(&bytes, &mut swap).unwrap();
    assert_eq!((summary.replaced, summary.batches), (2, 2));
    assert_eq!(swap.shown, [(1, 0, 2), (1, 2, 1)]);
    let (seen, _) = read(&new, None);
    let values: Vec<&str> = seen.values.iter().map(|value| value.2.as_str()).collect();
    assert_eq!(values, ["one", "changed", "changed it"]);
    swap.columns = vec!["third"];
    assert!(run(&bytes, &mut swap).unwrap().0 == bytes);
}

fn integers(of: &[Vec<u8>], bits: i32, signed: bool) -> Vec<u8> {
    let details = vec![Flat::I32(bits), Flat::U8(signed.into())];
    let field = builder::field("n", 2, details, vec![]);
    let rows = of.len() as i64;
    let (header, body) = builder::batch(rows, &[rows], &[vec![], of.concat()], None);
    [schema(vec![field]), builder::message(3, header, &body)].concat()
}

#[test]
fn integers_are_replaced_within_their_range() {
    let numbers = [77_i32, -77, 0].map(|n| n.to_le_bytes().to_vec());
    let (new, _) = run(&integers(&numbers, 32, true), &mut Swap::new("-", "")).unwrap();
    let expected = [7_i32, -77, 0].map(|n| n.to_le_bytes().to_vec());
    assert!(new == integers(&expected, 32, true));
    let mut swap = Swap::new("-", "");
    swap.number = (-1, 5);
    // All ones are -1, or a number beyond what can be shown.
    let ones = [vec![0xff; 8]];
    assert_eq!(
        run(&integers(&ones, 64, true), &mut swap)
            .unwrap()
            .1
            .replaced,
        1
    );
    assert_eq!(
        run(&integers(&ones, 64, false), &mut swap)
            .unwrap()
            .1
            .replaced,
        0
    );
    for (bits, signed, least, most) in [
        (8, true, -128, 127),
        (8, false, 0, 255),
        (16, true, -32768, 32767),
        (32, false, 0, 0xffff_ffff),
        (64, true, i64::MIN, i64::MAX),
        (64, false, 0, i64::MAX),
    ] {
        let one = [vec![1, 0, 0, 0, 0, 0, 0, 0][..bits as usize / 8].to_vec()];
        let bytes = integers(&one, bits, signed);
        for number in [least, most] {
            swap.number = (1, number);
            let (new, _) = run(&bytes, &mut swap).unwrap();
            swap.number = (number, 1);
            assert!(run(&new, &mut swap).unwrap().0 == bytes);
        }
        for number in [least.checked_sub(1), most.checked_add(1)]
            .into_iter()
            .flatten()
        {
            swap.number = (1, number);
            let failed = run(&bytes, &mut swap);
            assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
        }
    }
}

#[test]
fn ends_of_runs_are_no_values() {
    let ends = builder::field("ends", 2, vec![Flat::I32(32), Flat::U8(1)], vec![]);
    let runs = builder::field("c", 22, vec![], vec![ends, column("values")]);
    let [offsets, bytes] = builder::strings(&["swap", "b"]);
    let buffers = [vec![], words(&[3, 77]), vec![], offsets, bytes];
    let (header, body) = builder::batch(77, &[77, 2, 2], &buffers, None);
    let bytes = [schema(vec![runs]), builder::message(3, header, &body)].concat();
    let mut swap = Swap::new("swap", "changed");
    let (new, _) = run(&bytes, &mut swap).unwrap();
    assert_eq!(swap.offered.len(), 1);
    assert_eq!(texts(&read(&new, None).0, "/c"), [(0, "changed"), (3, "b")]);
}

/// A column of views: each the place of a value in a heap, or a short value.
fn views(values: &[Result<&str, (i32, i32, &str)>], heaps: &[&str], codec: Option<u8>) -> Vec<u8> {
    let mut views = Vec::new();
    for value in values {
        let mut view = [0; 16];
        match value {
            Ok(short) => {
                view[..4].copy_from_slice(&(short.len() as i32).to_le_bytes());
                view[4..4 + short.len()].copy_from_slice(short.as_bytes());
            }
            Err((heap, start, prefix)) => {
                view[..4].copy_from_slice(&20_i32.to_le_bytes());
                view[4..8].copy_from_slice(prefix.as_bytes());
                view[8..12].copy_from_slice(&heap.to_le_bytes());
                view[12..].copy_from_slice(&start.to_le_bytes());
            }
        }
        views.extend(view);
    }
    let mut buffers = vec![vec![], views];
    buffers.extend(heaps.iter().map(|heap| heap.as_bytes().to_vec()));
    if codec.is_some() {
        for buffer in &mut buffers[1..] {
            *buffer = [(-1_i64).to_le_bytes().to_vec(), buffer.clone()].concat();
        }
    }
    let rows = values.len() as i64;
    let (mut header, body) = builder::batch(rows, &[rows], &buffers, codec);
    header.push(Flat::Structs(
        1,
        (heaps.len() as i64).to_le_bytes().to_vec(),
    ));
    let field = builder::field("v", 24, vec![], vec![]);
    [schema(vec![field]), builder::message(3, header, &body)].concat()
}

const LONG: &str = "twenty letters, swap";

#[test]
fn views_share_what_they_shared() {
    let heap = format!("hidden{LONG}twenty letters, also");
    let values = [
        Err((1, 6, "twen")),
        Ok("short"),
        Err((1, 26, "twen")),
        Err((1, 26, "twen")),
    ];
    for codec in [None, Some(0), Some(1)] {
        let bytes = views(&values, &["unused", &heap], codec);
        let (new, summary) = run(&bytes, &mut Swap::new("swap", "changed")).unwrap();
        assert_eq!((summary.replaced, summary.batches), (1, 1));
        let (seen, _) = read(&new, None);
        // Equal places are told once.
        let expected = [
            (0, "twenty letters, changed"),
            (1, "short"),
            (2, "twenty letters, also"),
        ];
        assert_eq!(texts(&seen, "/v"), expected);
        assert!(seen.unused.is_empty() && seen.problems.is_empty());
        assert_eq!(read(&bytes, None).0.unused, ["unused", "hidden"]);
    }
}

#[test]
fn a_column_of_short_views_gets_its_first_buffer() {
    let bytes = views(&[Ok("swap"), Ok("b")], &[], None);
    let mut swap = Swap::new("swap", "more than twelve bytes");
    let (new, _) = run(&bytes, &mut swap).unwrap();
    let (seen, _) = read(&new, None);
    assert_eq!(
        texts(&seen, "/v"),
        [(0, "more than twelve bytes"), (1, "b")]
    );
    assert!(seen.problems.is_empty());
    // The header grew: by one more list, at a multiple of 8.
    let at = schema(vec![builder::field("v", 24, vec![], vec![])]).len() + 8;
    let header = Table::root(&new[at..]).unwrap().table(2).unwrap().unwrap();
    let buffers = header.vector(2, 16).unwrap().unwrap();
    assert_eq!((buffers.len(), buffers.position() % 8), (3, 0));
    // A value that is short again stays where it is told.
    swap.text = ("more than twelve bytes", "swap");
    let (back, _) = run(&new, &mut swap).unwrap();
    assert_eq!(texts(&read(&back, None).0, "/v"), [(0, "swap"), (1, "b")]);
}

#[test]
fn values_of_one_length_keep_it() {
    let field = builder::field("f", 15, vec![Flat::I32(4)], vec![]);
    let (header, body) = builder::batch(2, &[2], &[vec![], b"swapnone".to_vec()], None);
    let bytes = [schema(vec![field]), builder::message(3, header, &body)].concat();
    let (new, _) = run(&bytes, &mut Swap::new("swap", "XXXX")).unwrap();
    assert_eq!(texts(&read(&new, None).0, "/f"), [(0, "XXXX"), (1, "none")]);
    let failed = run(&bytes, &mut Swap::new("swap", "longer"));
    assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
}

#[test]
fn what_cannot_be_rewritten_is_said() {
    let unsupported = |bytes: &[u8]| {
        let failed = run(bytes, &mut Swap::new("one", "two"));
        assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
    };
    unsupported(b"FEA1\0\0\0\0 and so on");
    let big = vec![Flat::I16(1), Flat::Tables(vec![column("c")])];
    unsupported(&builder::message(1, big, &[]));
    let schema = schema(vec![column("c")]);
    unsupported(&[&schema[..], &strings(&["one"], Some(9))].concat());
    // Two buffers at one place.
    let [offsets, texts] = builder::strings(&["one"]);
    let (mut header, body) = builder::batch(1, &[1], &[vec![], offsets, texts], None);
    let places = [0_i64, 0, 0, 8, 0, 11].map(i64::to_le_bytes).concat();
    header[2] = Flat::Structs(3, places);
    unsupported(&[&schema[..], &builder::message(3, header, &body)].concat());
    // Arrow 0.17 told the compression in a message's metadata.
    let (header, body) = builder::batch(1, &[1], &[vec![], vec![], vec![]], None);
    let root = [
        Flat::I16(3),
        Flat::U8(3),
        Flat::Table(header),
        Flat::I64(body.len() as i64),
        builder::pairs(&[("ARROW:experimental_compression", "zstd")]),
    ];
    let flat = builder::flatbuffer(&root);
    let length = (flat.len() as i32).to_le_bytes();
    unsupported(&[&schema[..], &[0xff; 4], &length, &flat, &body].concat());
}
