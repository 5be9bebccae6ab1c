//! Every validator on a generated valid and an invalid value; the placeholder
//! and randomness judgements on tables and on random text.

use super::placeholder::{Judgement, judge};
use super::random::{dictionary_share, looks_random};
use super::{Candidate, Outcome, by_name, known_public, names};
use crate::rule::template::{expand, expand_seeded};

fn run(name: &str, secret: &str) -> Outcome {
    let secret = secret.as_bytes();
    let candidate = Candidate {
        secret,
        whole: secret,
        ..Candidate::default()
    };
    by_name(name).unwrap()(&candidate)
}

#[track_caller]
fn assert_valid(name: &str, template: &str) -> String {
    match run(name, &expand(template)) {
        Outcome::Valid(evidence) => evidence,
        other => panic!("{name} on {template}: {other:?}"),
    }
}

#[track_caller]
fn assert_weak(name: &str, text: &str) {
    let outcome = run(name, &expand(text));
    assert!(
        matches!(outcome, Outcome::Weak(_)),
        "{name} on {text}: {outcome:?}"
    );
}

#[track_caller]
fn assert_outcome(name: &str, text: &str, expected: Outcome) {
    assert_eq!(run(name, &expand(text)), expected, "{name} on {text}");
}

#[test]
fn names_are_sorted_and_known() {
    assert!(names().is_sorted());
    assert!(names().iter().all(|name| by_name(name).is_some()));
    assert!(by_name("nonsense").is_none());
}

#[test]
fn checksums_tell_minted_tokens_from_random_ones() {
    let cases = [
        (
            "github-crc32",
            "{github:ghp_}",
            "gho_{alnum:36}",
            "github_pat_{word:82}",
        ),
        ("npm-crc32", "{npm}", "npm_{alnum:36}", "npm_{alnum:20}"),
        (
            "gitlab-routable",
            "{gitlab-routable:glpat-}",
            "glpat-{base64url:27}.01.0r{loweralnum:7}",
            "glpat-{base64url:20}",
        ),
        (
            "grafana-crc32",
            "{grafana}",
            "glsa_{alnum:32}_{hex:8}",
            "glc_{alnum:40}",
        ),
        (
            "cloudflare-crc32",
            "{cloudflare:cfut_}",
            "cfut_{alnum:40}{hex:8}",
            "{alnum:40}",
        ),
        (
            "azure-identifiable",
            "{azure-openai}",
            "{alnum:52}JQQJ99BCAC{alnum:10}AAABACOG{alnum:4}",
            "{hex:32}",
        ),
        (
            "age-bech32",
            "{age}",
            "AGE-SECRET-KEY-1{repeat:QPZRY9X8GF2T:4}",
            "age1{loweralnum:58}",
        ),
        (
            "pypi-macaroon",
            "{pypi}",
            "pypi-AgEIcHlwaS5vcmc{base64url:80}",
            "{alnum:40}",
        ),
    ];
    for (name, valid, weak, neutral) in cases {
        for seed in 0..20 {
            let token = expand_seeded(valid, seed);
            assert!(
                matches!(run(name, &token), Outcome::Valid(_)),
                "{name} {seed}"
            );
        }
        assert_weak(name, weak);
        assert_outcome(name, neutral, Outcome::Neutral);
    }
}

#[test]
fn aws_key_ids_hold_their_account() {
    let id = super::cloud::aws_key_id("AKIA", 123_456_789_012, 0x1234_5678_9abc_def0);
    assert_eq!(
        run("aws-account-id", &id),
        Outcome::valid("AWS account 123456789012")
    );
    assert_valid("aws-account-id", "{aws-id:ASIA}");
    assert_outcome("aws-account-id", "AKIAI{base32:15}", Outcome::Neutral);
    assert_weak("aws-account-id", "AKIA0{base32:15}");
}

#[test]
fn json_web_tokens_report_public_claims_only() {
    let evidence = assert_valid("jwt", "{jwt}");
    assert_eq!(
        evidence,
        "alg HS256, issuer https://issuer.example, expires 2100-01-01"
    );
    assert_outcome(
        "jwt",
        "{jwt:expired}",
        Outcome::weak("expired on 2020-09-13"),
    );
    assert_outcome(
        "jwt",
        "eyJ{alnum:30}.eyJ{alnum:30}.{alnum:40}",
        Outcome::Reject,
    );
    let token = expand("{jwt}");
    let public = Candidate {
        secret: token.as_bytes(),
        before: b"verifyToken: ",
        ..Candidate::default()
    };
    assert_eq!(by_name("jwt").unwrap()(&public), Outcome::Reject);
    let private = super::jwt::mint(r#"{"alg":"RS256"}"#, r#"{"iss":"jane@mail.example"}"#, b"x");
    assert_eq!(
        run("jwt", &private),
        Outcome::valid("alg RS256, never expires")
    );
    let hostile = super::jwt::mint(r#"{"alg":"\u001b[2J"}"#, "{}", b"x");
    assert_eq!(
        run("jwt", &hostile),
        Outcome::valid("alg ?[2J, never expires")
    );
}

#[test]
fn hugging_face_tokens_list_their_permissions() {
    let evidence = assert_valid("hf-jwt", "hf_jwt_{jwt:hf}");
    assert_eq!(
        evidence,
        "permissions repo.content.read, expires 2100-01-01"
    );
    assert_valid("hf-jwt", "hf_oauth_{jwt:hf}");
    assert_weak("hf-jwt", "hf_oauth_{jwt:expired}");
    assert_weak("hf-jwt", "hf_oauth_eyJ{alnum:30}.eyJ{alnum:30}.{alnum:40}");
    assert_outcome("hf-jwt", "hf_{alpha:34}", Outcome::Neutral);
}

#[test]
fn key_blocks_are_decoded() {
    for label in [
        "RSA PRIVATE KEY",
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ] {
        let block = expand(&format!("{{pem:{label}}}"));
        assert!(matches!(run("pem", &block), Outcome::Valid(_)), "{label}");
        let escaped = block.replace('\n', "\\n");
        assert!(
            matches!(run("pem", &escaped), Outcome::Valid(_)),
            "{label} escaped"
        );
    }
    assert_valid("pem", "{openssh}");
    assert_valid("openssh", "{openssh}");
    assert_weak("pem", "{pem:ENCRYPTED PRIVATE KEY}");
    assert_weak("openssh", "{pem:RSA PRIVATE KEY}");
    assert_outcome("pem", "{alnum:40}", Outcome::Neutral);
    let empty = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----";
    assert_outcome("pem", empty, Outcome::Reject);
    let cut = expand("{openssh}");
    assert!(matches!(run("openssh", &cut[..200]), Outcome::Weak(_)));
}

#[test]
fn service_accounts_name_their_project() {
    let key = expand("{pem:PRIVATE KEY}").replace('\n', "\\n");
    let file = format!(
        r#"{{"type": "service_account", "project_id": "my-project", "private_key": "{key}"}}"#
    );
    assert_eq!(
        run("google-service-account", &file),
        Outcome::valid("Google project my-project")
    );
    assert_weak(
        "google-service-account",
        r#"{"type": "service_account", "private_key": "<key>"}"#,
    );
    assert_outcome("google-service-account", "{alnum:40}", Outcome::Neutral);
}

#[test]
fn shapes() {
    assert_valid("openai-signature", "sk-{alnum:20}T3BlbkFJ{alnum:20}");
    assert_weak("openai-signature", "sk-{alnum:48}");
    assert_valid("luhn", "4111 1111 1111 1111");
    assert_outcome("luhn", "4111 1111 1111 1112", Outcome::Reject);
    let pair = super::encoding::encode_base64(expand("user:{alnum:16}").as_bytes());
    assert!(matches!(run("basic-auth", &pair), Outcome::Valid(_)));
    let stand_in = super::encoding::encode_base64(b"user:changeme");
    assert!(matches!(run("basic-auth", &stand_in), Outcome::Weak(_)));
    assert_outcome("basic-auth", "{alnum:30}", Outcome::Reject);
    assert_outcome("uuid-not-nil", "{uuid}", Outcome::Neutral);
    assert_outcome(
        "uuid-not-nil",
        "00000000-0000-0000-0000-000000000000",
        Outcome::Reject,
    );
    assert_outcome(
        "uuid-not-nil",
        "12345678-1234-1234-1234-123456789012",
        Outcome::Reject,
    );
    let json = super::encoding::encode_base64(br#"{"api_address":"https://a.example"}"#);
    assert!(matches!(run("base64-json", &json), Outcome::Valid(_)));
    assert_weak("base64-json", "{alnum:40}");
    assert_outcome("random", "{alnum:32}", Outcome::Neutral);
    assert_outcome(
        "random",
        "AutoModelForSequenceClassification",
        Outcome::Reject,
    );
    assert_outcome("mixed-case-digit", "abc1", Outcome::Neutral);
    assert_outcome("mixed-case-digit", "abcd", Outcome::Reject);
}

#[test]
fn placeholders_are_known() {
    let placeholders = [
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
    for text in placeholders {
        let verdict = judge(expand(text).as_bytes());
        assert!(
            matches!(verdict, Judgement::Placeholder(_)),
            "{text}: {verdict:?}"
        );
    }
    let doubtful = [
        "abcd1234abcd1234abcd1234",
        "a1b2c3d4e5f6g7h8i9j0k1l2",
        "{alnum:15}Dummy{alnum:15}",
        "{alnum:10}abcdefghij{alnum:10}",
        "{hex:16}{repeat:0:8}",
    ];
    for text in doubtful {
        let verdict = judge(expand(text).as_bytes());
        assert!(
            matches!(verdict, Judgement::Doubtful(_)),
            "{text}: {verdict:?}"
        );
    }
    let real = [
        "{alnum:14}foo{alnum:14}",
        "{alnum:14}key{alnum:14}",
        "{alnum:14}test{alnum:14}",
        "{alnum:14}true{alnum:14}",
        "{base64:43}",
        "{alnum:20}AAAAAAAA{alnum:40}",
        "Pa$$w0rd!9x",
        "m{{h}o)p$ob(ody[finds>",
    ];
    for text in real {
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
        let tokens = draws(alphabet, length, 5_000);
        let real = tokens
            .iter()
            .filter(|token| judge(token) == Judgement::Real);
        let real = real.count();
        assert!(real > 4_995, "{length} of {}: {real} real", alphabet.len());
        let random = tokens.iter().filter(|token| looks_random(token)).count();
        assert!(
            random > 4_900,
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
    assert!(!known_public::is_published_example(b""));
    assert!(!known_public::is_published_example(
        expand("{alnum:40}").as_bytes()
    ));
}

/// The checks run on whatever bytes a rule matched.
#[test]
fn hostile_input_never_panics() {
    let shapes = [
        "",
        "-----BEGIN -----",
        "-----BEGIN X-----\\n\\",
        "pypi-AgH_____",
        "glsa__",
        "ghp_\u{e9}",
        "cf_",
        ".",
        "..",
        "a.b.c",
        "{repeat:.:9}",
        "$",
        "${",
        "%",
        "{",
        "<",
        "[",
        "AKIA",
        "npm_",
        "pypi-{repeat:A:400}",
        "{openssh}",
    ];
    for shape in shapes {
        let text = expand(shape);
        for cut in 0..=text.len().min(120) {
            let secret = &text.as_bytes()[..cut];
            let candidate = Candidate {
                secret,
                whole: secret,
                before: secret,
                after: secret,
            };
            for name in names() {
                by_name(name).unwrap()(&candidate);
            }
        }
    }
}
