//! Private keys in their many formats.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hubsweep::rule::template::expand;
use hubsweep::validate::Outcome;

use crate::{assert_outcome, assert_valid, assert_weak, run, valid, weak};

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
    assert_outcome("pem", "{alnum:40}", &Outcome::Neutral);
    let empty = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----";
    assert_outcome("pem", empty, &Outcome::Reject);
    let cut = expand("{openssh}");
    assert!(matches!(run("openssh", &cut[..200]), Outcome::Weak(_)));
}

#[test]
fn key_blocks_in_base64_are_unwrapped() {
    let evidence = assert_valid("pem", "{pem-base64:RSA PRIVATE KEY}");
    assert_eq!(evidence, "unencrypted, decodes as DER");
    assert_weak("pem", "{pem-base64:ENCRYPTED PRIVATE KEY}");
    let no_key = STANDARD.encode(b"-----BEGIN PRIVATE KEY");
    assert_eq!(run("pem", &no_key), weak("does not decode to a key"));
}

#[test]
fn der_must_be_whole() {
    let block = expand("{pem:PRIVATE KEY}");
    let lines: Vec<&str> = block.lines().collect();
    let without_a_line = [&lines[..5], &lines[6..]].concat().join("\n");
    assert_eq!(run("pem", &without_a_line), weak("key is cut off"));
    let garbage = format!(
        "{}\n{}\n{}\n",
        lines[0],
        expand("{base64:64}"),
        lines[lines.len() - 1]
    );
    assert_eq!(run("pem", &garbage), weak("body is not a key"));
    // Lines as source code joins them.
    let joined: Vec<String> = lines
        .iter()
        .map(|line| format!("\"{line}\\n\" +"))
        .collect();
    let joined = joined.join("\n    ");
    assert!(matches!(run("pem", &joined), Outcome::Valid(_)));
}

#[test]
fn armour_is_checked_by_its_sum() {
    let block = expand("{pem:PGP PRIVATE KEY BLOCK}");
    assert_eq!(run("pem", &block), valid("OpenPGP, checksum matches"));
    let at = block.find("\n=").unwrap();
    let mut wrong = block.clone();
    let other = if &wrong[at + 2..at + 3] == "A" {
        "B"
    } else {
        "A"
    };
    wrong.replace_range(at + 2..at + 3, other);
    assert_eq!(run("pem", &wrong), weak("checksum does not match"));
    wrong.replace_range(at..at + 6, "");
    assert_eq!(run("pem", &wrong), valid("OpenPGP packets"));
}

#[test]
fn one_line_keys() {
    assert_valid("minisign", "RWRTY0Iy{base64:203}=");
    assert_weak("minisign", "RWRTY0Iy{base64:100}");
    let key = |rounds: u8| {
        let mut bytes = b"EdBK".to_vec();
        bytes.extend([0, 0, 0, rounds]);
        bytes.extend([7; 96]);
        STANDARD.encode(bytes)
    };
    assert_eq!(
        run("minisign", &key(42)),
        valid("signify key under a password")
    );
    assert_eq!(run("minisign", &key(0)), weak("checksum does not match"));
    let mut key = [0x55; 32];
    (key[0], key[31]) = (0x58, 0x40);
    assert_eq!(
        run("wireguard", &STANDARD.encode(key)),
        valid("clamped X25519 key")
    );
    key[0] = 1;
    assert_eq!(run("wireguard", &STANDARD.encode(key)), Outcome::Neutral);
}

#[test]
fn wallets() {
    for (name, template) in [
        ("bitcoin-wif", "{wif}"),
        ("bip32-extended-key", "{xprv}"),
        ("stellar-seed", "{stellar}"),
        ("bech32", "{bech32:nsec}"),
    ] {
        assert_eq!(assert_valid(name, template), "checksum matches");
    }
    assert_outcome("bitcoin-wif", "K{alnum:51}", &Outcome::Reject);
    assert_outcome("stellar-seed", "S{base32:55}", &Outcome::Reject);
    assert_weak("bip32-extended-key", "xprv{alnum:107}");
    assert_valid("bip39-mnemonic", "{mnemonic}");
    let phrase = "abandon ".repeat(11);
    assert_weak("bip39-mnemonic", &format!("{phrase}abandon"));
    assert_valid("bip39-mnemonic", &format!("{phrase}about"));
    assert_outcome(
        "bip39-mnemonic",
        &format!("{phrase}abandonment"),
        &Outcome::Reject,
    );
    assert_outcome("bip39-mnemonic", "abandon about", &Outcome::Reject);
}

#[test]
fn password_hashes_end_where_their_bits_end() {
    for hash in [
        "$6${alnum:16}${alnum:85}1",
        "$5${alnum:16}${alnum:42}D",
        "$1${alnum:8}${alnum:21}.",
        "$2b$12${alnum:21}O{alnum:30}C",
    ] {
        assert_valid("crypt-hash", hash);
    }
    for hash in [
        "$6${alnum:16}${alnum:85}z",
        "$5${alnum:16}${alnum:42}E",
        "$2b$99${alnum:21}O{alnum:30}C",
        "$2b$12${alnum:21}P{alnum:30}C",
    ] {
        assert_weak("crypt-hash", hash);
    }
    assert_outcome("crypt-hash", "{SHA}{alnum:27}=", &Outcome::Neutral);
}
