//! The placeholder and randomness judgements, on tables and on random text.

use hubsweep::rule::template::expand;
use hubsweep::validate::known_public;
use hubsweep::validate::placeholder::{Judgement, judge};
use hubsweep::validate::random::{dictionary_share, looks_random};

const PLACEHOLDERS: &[&str] = &[
    "",
    "{repeat:x:34}",
    "{repeat:0:32}",
    "{repeat:ab:16}",
    "********",
    "....",
    "abc...xyz",
    "xxxxxxxx-xxxx-xxxx",
    "abcdefghijklmnopqrstuvwxyz012345",
    "1234567890123456789012345678901234",
    "0123456789abcdef0123456789abcdef",
    "zyxwvutsrqponmlkjihgfedcba",
    "YOUR_TOKEN",
    "<token>",
    "${HF_TOKEN}",
    "$HF_TOKEN",
    "{{ secrets.HF_TOKEN }}",
    "%s",
    "os.environ['HF_TOKEN']",
    "process.env.HF_TOKEN",
    "changeme",
    "insert_your_key_here",
    "[REDACTED]",
    "replace_with_key",
    "EXAMPLEKEY",
    "dummy",
    "placeholder",
    "yourtoken",
    "my_secret_key",
    "my-api-key",
    "xxx",
    "foobar",
    "todo",
    "none",
    "null",
    "true",
    "false",
    "undefined",
    "***",
    "...",
    "api_key",
    "test-token",
    "secret",
    "%PASSWORD%",
    "{token}",
    "TokenGoesHere",
    "a\u{2026}",
    "wJalr{alnum:20}EXAMPLE",
    "fake_token_for_tests",
];

const DOUBTFUL: &[&str] = &[
    "abcd1234abcd1234abcd1234",
    "a1b2c3d4e5f6g7h8i9j0k1l2",
    "{alnum:15}Dummy{alnum:15}",
    "{alnum:10}abcdefghij{alnum:10}",
    "{hex:16}{repeat:0:8}",
];

const REAL: &[&str] = &[
    "{alnum:14}foo{alnum:14}",
    "{alnum:14}key{alnum:14}",
    "{alnum:14}test{alnum:14}",
    "{alnum:14}true{alnum:14}",
    "{base64:43}",
    "{alnum:20}AAAAAAAA{alnum:40}",
    "Pa$$w0rd!9x",
    "m{{h}o)p$ob(ody[finds>",
];

#[test]
fn placeholders_are_known() {
    for text in PLACEHOLDERS {
        let verdict = judge(expand(text).as_bytes());
        assert!(
            matches!(verdict, Judgement::Placeholder(_)),
            "{text}: {verdict:?}"
        );
    }
    for text in DOUBTFUL {
        let verdict = judge(expand(text).as_bytes());
        assert!(
            matches!(verdict, Judgement::Doubtful(_)),
            "{text}: {verdict:?}"
        );
    }
    for text in REAL {
        assert_eq!(judge(expand(text).as_bytes()), Judgement::Real, "{text}");
    }
}

/// Random text, drawn without the template's own checks.
fn draws(alphabet: &[u8], length: usize, count: usize) -> Vec<Vec<u8>> {
    let mut state = 0x9e37_79b9_u64 + length as u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    };
    let mut draw = || -> Vec<u8> {
        (0..length)
            .map(|_| alphabet[next() % alphabet.len()])
            .collect()
    };
    (0..count).map(|_| draw()).collect()
}

const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

#[test]
fn random_tokens_are_real_and_look_random() {
    for (alphabet, length) in [
        (ALNUM, 34),
        (&ALNUM[..52], 34),
        (&ALNUM[26..], 34),
        (b"0123456789abcdef", 34),
        (b"0123456789abcdef", 64),
        (ALNUM, 20),
    ] {
        let tokens = draws(alphabet, length, 4_000);
        let real = tokens
            .iter()
            .filter(|token| judge(token) == Judgement::Real);
        let real = real.count();
        assert!(real > 3_996, "{length} of {}: {real} real", alphabet.len());
        let random = tokens.iter().filter(|token| looks_random(token)).count();
        assert!(
            random > 3_960,
            "{length} of {}: {random} random",
            alphabet.len()
        );
    }
}

#[test]
fn names_do_not_look_random() {
    for text in [
        "APIOrganizationExist",
        "T5ForConditionalGeneration",
        "resnet50_v1_imagenet",
        "tokenizer_special_tokens_map",
        "en_US.UTF-8",
        "distilbert-base-uncased-finetuned-sst-2",
        "https://huggingface.co/docs",
        "2024-01-01T00:00:00Z",
        "1.24.0-rc.1+build.5",
        "0x7fffffffffff",
        "3.14159265358979",
        "/usr/local/lib/python3.11",
        "torch.nn.functional",
        "MAX_POSITION_EMBEDDINGS",
        "this is a sentence about keys",
        "sentence-transformers",
        "model-00001-of-00003.safetensors",
        "org.apache.hadoop.fs.Path",
        "1234567890123456",
        "gradient_accumulation_steps",
    ] {
        assert!(!looks_random(text.as_bytes()), "{text}");
    }
    assert!(dictionary_share(b"tokenizer_special_tokens_map") > 0.9);
    assert!(dictionary_share(expand("{alnum:40}").as_bytes()) < 0.3);
}

#[test]
fn published_examples_are_known_by_hash() {
    let id = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
    assert!(known_public::is_published_example(id.as_bytes()));
    let phrase = format!("{}junk", "test ".repeat(11));
    assert!(known_public::is_published_example(phrase.as_bytes()));
    assert!(!known_public::is_published_example(b""));
    assert!(!known_public::is_published_example(
        expand("{alnum:40}").as_bytes()
    ));
}
