//! What the walker says of pickles that Python wrote, of hand-made ones and of
//! noise.

mod hostile;

use super::*;
use proptest::prelude::*;
use std::io::Cursor;

/// `{"user": "alice", "nested": {"hub_token": "t0ken"}, "tags": ["x", "y"],
/// "kind": dict, "od": OrderedDict(k="v", k2="w"), "raw": b"bytes",
/// "again": "alice", "uni": "hé\n'q"}` as `pickle.dumps` of Python 3 writes it.
#[rustfmt::skip]
const WRITTEN: [&[u8]; 6] = [
    // Protocol 0.
    b"(dp0\nVuser\np1\nValice\np2\nsVnested\np3\n(dp4\nVhub_token\np5\nVt0ken\np6\nssVtags\
      \np7\n(lp8\nVx\np9\naVy\np10\nasVkind\np11\nc__builtin__\ndict\np12\nsVod\np13\nccol\
      lections\nOrderedDict\np14\n(tRp15\nVk\np16\nVv\np17\nsVk2\np18\nVw\np19\nssVraw\np2\
      0\nc_codecs\nencode\np21\n(Vbytes\np22\nVlatin1\np23\ntp24\nRp25\nsVagain\np26\ng2\n\
      sVuni\np27\nVh\xe9\\u000a'q\np28\ns.",
    // Protocol 1.
    b"}q\x00(X\x04\x00\x00\x00userq\x01X\x05\x00\x00\x00aliceq\x02X\x06\x00\x00\x00nestedq\
      \x03}q\x04X\x09\x00\x00\x00hub_tokenq\x05X\x05\x00\x00\x00t0kenq\x06sX\x04\x00\x00\
      \x00tagsq\x07]q\x08(X\x01\x00\x00\x00xq\x09X\x01\x00\x00\x00yq\neX\x04\x00\x00\x00ki\
      ndq\x0bc__builtin__\ndict\nq\x0cX\x02\x00\x00\x00odq\x0dccollections\nOrderedDict\nq\
      \x0e)Rq\x0f(X\x01\x00\x00\x00kq\x10X\x01\x00\x00\x00vq\x11X\x02\x00\x00\x00k2q\x12X\
      \x01\x00\x00\x00wq\x13uX\x03\x00\x00\x00rawq\x14c_codecs\nencode\nq\x15(X\x05\x00\
      \x00\x00bytesq\x16X\x06\x00\x00\x00latin1q\x17tq\x18Rq\x19X\x05\x00\x00\x00againq\
      \x1ah\x02X\x03\x00\x00\x00uniq\x1bX\x06\x00\x00\x00h\xc3\xa9\n'qq\x1cu.",
    // Protocol 2.
    b"\x80\x02}q\x00(X\x04\x00\x00\x00userq\x01X\x05\x00\x00\x00aliceq\x02X\x06\x00\x00\
      \x00nestedq\x03}q\x04X\x09\x00\x00\x00hub_tokenq\x05X\x05\x00\x00\x00t0kenq\x06sX\
      \x04\x00\x00\x00tagsq\x07]q\x08(X\x01\x00\x00\x00xq\x09X\x01\x00\x00\x00yq\neX\x04\
      \x00\x00\x00kindq\x0bc__builtin__\ndict\nq\x0cX\x02\x00\x00\x00odq\x0dccollections\n\
      OrderedDict\nq\x0e)Rq\x0f(X\x01\x00\x00\x00kq\x10X\x01\x00\x00\x00vq\x11X\x02\x00\
      \x00\x00k2q\x12X\x01\x00\x00\x00wq\x13uX\x03\x00\x00\x00rawq\x14c_codecs\nencode\nq\
      \x15X\x05\x00\x00\x00bytesq\x16X\x06\x00\x00\x00latin1q\x17\x86q\x18Rq\x19X\x05\x00\
      \x00\x00againq\x1ah\x02X\x03\x00\x00\x00uniq\x1bX\x06\x00\x00\x00h\xc3\xa9\n'qq\x1cu\
      .",
    // Protocol 3.
    b"\x80\x03}q\x00(X\x04\x00\x00\x00userq\x01X\x05\x00\x00\x00aliceq\x02X\x06\x00\x00\
      \x00nestedq\x03}q\x04X\x09\x00\x00\x00hub_tokenq\x05X\x05\x00\x00\x00t0kenq\x06sX\
      \x04\x00\x00\x00tagsq\x07]q\x08(X\x01\x00\x00\x00xq\x09X\x01\x00\x00\x00yq\neX\x04\
      \x00\x00\x00kindq\x0bcbuiltins\ndict\nq\x0cX\x02\x00\x00\x00odq\x0dccollections\nOrd\
      eredDict\nq\x0e)Rq\x0f(X\x01\x00\x00\x00kq\x10X\x01\x00\x00\x00vq\x11X\x02\x00\x00\
      \x00k2q\x12X\x01\x00\x00\x00wq\x13uX\x03\x00\x00\x00rawq\x14C\x05bytesq\x15X\x05\x00\
      \x00\x00againq\x16h\x02X\x03\x00\x00\x00uniq\x17X\x06\x00\x00\x00h\xc3\xa9\n'qq\x18u\
      .",
    // Protocol 4.
    b"\x80\x04\x95\xc2\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x04user\x94\x8c\x05alice\x94\
      \x8c\x06nested\x94}\x94\x8c\x09hub_token\x94\x8c\x05t0ken\x94s\x8c\x04tags\x94]\x94(\
      \x8c\x01x\x94\x8c\x01y\x94e\x8c\x04kind\x94\x8c\x08builtins\x94\x8c\x04dict\x94\x93\
      \x94\x8c\x02od\x94\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94(\x8c\
      \x01k\x94\x8c\x01v\x94\x8c\x02k2\x94\x8c\x01w\x94u\x8c\x03raw\x94C\x05bytes\x94\x8c\
      \x05again\x94h\x02\x8c\x03uni\x94\x8c\x06h\xc3\xa9\n'q\x94u.",
    // Protocol 5.
    b"\x80\x05\x95\xc2\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x04user\x94\x8c\x05alice\x94\
      \x8c\x06nested\x94}\x94\x8c\x09hub_token\x94\x8c\x05t0ken\x94s\x8c\x04tags\x94]\x94(\
      \x8c\x01x\x94\x8c\x01y\x94e\x8c\x04kind\x94\x8c\x08builtins\x94\x8c\x04dict\x94\x93\
      \x94\x8c\x02od\x94\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94(\x8c\
      \x01k\x94\x8c\x01v\x94\x8c\x02k2\x94\x8c\x01w\x94u\x8c\x03raw\x94C\x05bytes\x94\x8c\
      \x05again\x94h\x02\x8c\x03uni\x94\x8c\x06h\xc3\xa9\n'q\x94u.",
];

#[derive(Debug, Default, PartialEq)]
struct Seen {
    strings: Vec<(Option<String>, String)>,
    globals: Vec<String>,
    skipped: Vec<u64>,
}

impl Seen {
    fn value(&self, key: &str) -> Vec<&str> {
        let hits = self
            .strings
            .iter()
            .filter(|(k, _)| k.as_deref() == Some(key));
        hits.map(|(_, value)| value.as_str()).collect()
    }
}

fn seen(bytes: &[u8]) -> (Seen, Result<PickleEnd, FormatError>) {
    let mut seen = Seen::default();
    let end = walk(&mut Cursor::new(bytes), &mut |event| {
        match event {
            PickleEvent::Str { bytes, key, .. } => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                seen.strings.push((key.map(str::to_owned), text));
            }
            PickleEvent::Global { module, name, .. } => {
                let part = |name: Option<&str>| name.unwrap_or("?").to_owned();
                seen.globals.push(part(module) + "." + &part(name));
            }
            PickleEvent::Extension { .. } => seen.globals.push("?.?".to_owned()),
            PickleEvent::Skipped { len, .. } => seen.skipped.push(len),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    (seen, end)
}

#[test]
fn every_protocol_tells_keys_and_globals() {
    for (protocol, bytes) in WRITTEN.iter().enumerate() {
        let (seen, end) = seen(bytes);
        let streams = 1;
        let end_offset = bytes.len() as u64;
        assert_eq!(
            end.unwrap(),
            PickleEnd {
                end_offset,
                streams,
                storage: false,
            }
        );
        assert!(looks_like_pickle(bytes), "protocol {protocol}");
        assert_eq!(seen.value("user"), ["alice"]);
        assert_eq!(seen.value("hub_token"), ["t0ken"], "protocol {protocol}");
        assert_eq!(seen.value("tags")[..2], ["x", "y"], "protocol {protocol}");
        assert_eq!(seen.value("k2"), ["w"], "protocol {protocol}");
        assert_eq!(seen.value("raw")[0], "bytes", "protocol {protocol}");
        assert_eq!(seen.value("uni"), ["hé\n'q"], "protocol {protocol}");
        assert!(seen.globals.iter().any(|g| g == "collections.OrderedDict"));
    }
}

#[test]
fn offsets_point_at_the_payload() {
    for bytes in WRITTEN {
        let mut checked = 0;
        let end = walk(&mut Cursor::new(&bytes), &mut |event| {
            if let PickleEvent::Str {
                offset,
                bytes: text,
                map: [],
                ..
            } = event
            {
                assert!(bytes[offset as usize..].starts_with(text));
                checked += 1;
            }
            ControlFlow::Continue(())
        });
        assert!(end.is_ok() && checked >= 15);
    }
}

#[test]
fn concatenated_streams_end_before_raw_storage() {
    let mut bytes = WRITTEN[2].repeat(5);
    let end_offset = bytes.len() as u64;
    bytes.extend_from_slice(&640u64.to_le_bytes());
    let streams = 5;
    assert_eq!(
        seen(&bytes).1.unwrap(),
        PickleEnd {
            end_offset,
            streams,
            storage: false,
        }
    );
}

#[test]
fn names_are_followed_through_stack_and_memo() {
    let globals = |bytes: &[u8]| seen(bytes).0.globals;
    // Put under 7, fetched by argument and not by order.
    let by_index = b"\x80\x04\x8c\x02osq\x070\x8c\x06systemq\x010h\x07h\x01\x93.";
    assert_eq!(globals(by_index), ["os.system"]);
    // MEMOIZE counts entries, however often one was written.
    let counted = b"\x80\x04Nq\0q\0\x8c\x02os\x94\x8c\x06system\x94000h\x01h\x02\x93.";
    assert_eq!(globals(counted), ["os.system"]);
    assert_eq!(globals(b"\x80\x02S'os'\nS'system'\n\x93."), ["os.system"]);
    let (hidden, end) = seen(b"(S'ls'\nios\nsystem\n\x82\x01K\x01K\x02\x93\xff");
    assert_eq!(hidden.globals, ["os.system", "?.?", "?.?"]);
    let Err(FormatError::Malformed { offset: 25, .. }) = end else {
        panic!("{end:?}");
    };
}

#[test]
fn long_payloads() {
    let long = "x".repeat(2 * PIECE) + "needle";
    let length = (long.len() as u64).to_le_bytes();
    let string: [&[u8]; 4] = [b"\x80\x04}\x8c\x01k\x8d", &length, long.as_bytes(), b"s"];
    let raw: [&[u8]; 4] = [b"\x8e", &length, long.as_bytes(), b"."];
    let bytes = [string.concat(), raw.concat()].concat();
    let (found, end) = seen(&bytes);
    assert_eq!(end.unwrap().end_offset, bytes.len() as u64);
    let pieces = found.value("k");
    assert_eq!(pieces.len(), 3);
    let carried: usize = pieces.iter().map(|piece| piece.len()).sum();
    assert_eq!(carried, long.len() + 2 * OVERLAP);
    assert!(pieces[2].ends_with("needle"));
    assert_eq!(found.skipped, [long.len() as u64]);
    let (cut, end) = seen(&bytes[..bytes.len() - 100]);
    assert!(cut.skipped[0] < long.len() as u64);
    assert!(matches!(end, Err(FormatError::Truncated { .. })));
}

#[test]
fn lengths_beyond_the_input() {
    for opcode in [0x8d, 0x8e, 0x96] {
        let mut bytes = vec![0x80, 4, opcode];
        bytes.extend_from_slice(&[0xff; 8]);
        bytes.extend_from_slice(b"secret");
        let (found, end) = seen(&bytes);
        assert!(matches!(end, Err(FormatError::Truncated { .. })));
        assert_eq!(found.strings.len() + found.skipped.len(), 1);
    }
}

#[test]
fn a_deep_stack_forgets_its_bottom_only() {
    let mut bytes = b"\x80\x04".to_vec();
    bytes.resize(1_000_000, b'(');
    bytes.extend_from_slice(b"\x8c\x02os\x8c\x06system\x93.");
    assert_eq!(seen(&bytes).0.globals, ["os.system"]);
}

#[test]
fn a_far_memo_index_loses_names_but_no_time() {
    let stream = b"\x80\x02X\x02\0\0\0osr\xff\xff\xff\0j\xff\xff\xff\0h\0\x93.";
    let (found, end) = seen(&stream.repeat(20_000));
    assert_eq!(end.unwrap().streams, 20_000);
    assert!(found.globals.iter().all(|global| global == "?.?"));
}

#[test]
fn text_is_no_pickle() {
    let texts = [
        "",
        "class\nfoo\n(bar)\n",
        "cat\ndog\npig\n",
        "(see below)\n",
        "Some text\n",
        "{}\n",
        "]\n",
    ];
    for text in texts {
        assert!(!looks_like_pickle(text.as_bytes()), "{text:?}");
    }
    assert!(looks_like_pickle(b"cos\nsystem\n(S'id'\ntR."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn noise_and_mutations(
        noise in prop::collection::vec(any::<u8>(), 0..300),
        protocol in 0usize..6,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        looks_like_pickle(&noise);
        let _ = seen(&noise);
        let mut bytes = WRITTEN[protocol].to_vec();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = seen(&bytes);
    }
}
