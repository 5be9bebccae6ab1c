//! Offline checks of a candidate secret: checksums, encodings, placeholders
//! and randomness.
//!
//! In: the bytes a rule matched and a little context. Out: an [`Outcome`] that
//! raises, lowers or ends the finding. Nothing here touches the network.

pub mod azure;
pub mod bech32;
mod bigrams;
pub mod checksum;
pub mod cloud;
mod crypt;
pub mod encoding;
pub mod entropy;
mod expiry;
pub mod identity;
pub mod jwt;
mod keccak;
pub mod key_material;
pub mod known_public;
pub mod macaroon;
pub mod paseto;
pub mod placeholder;
pub mod provider;
pub mod random;
mod raw_key;
mod shape;
pub mod wallet;

/// What a validator sees.
#[derive(Debug, Clone, Copy, Default)]
pub struct Candidate<'a> {
    /// The secret itself.
    pub secret: &'a [u8],
    /// Everything the rule's regex matched.
    pub whole: &'a [u8],
    /// Up to 64 bytes before the secret.
    pub before: &'a [u8],
    /// Up to 64 bytes after the secret.
    pub after: &'a [u8],
}

/// What a validator found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The check does not apply to this form: confidence stays.
    Neutral,
    /// The check passed; the text is the evidence.
    Valid(String),
    /// The check failed in a way a fabricated or stale secret would:
    /// confidence drops to low; the text says why.
    Weak(String),
    /// Not a secret of this kind.
    Reject,
}

impl Outcome {
    fn valid(evidence: &str) -> Self {
        Self::Valid(evidence.to_owned())
    }

    fn weak(why: &str) -> Self {
        Self::Weak(why.to_owned())
    }
}

/// A named check: a pure function of the candidate (those that look at an
/// expiry also read the clock).
pub type Validator = fn(&Candidate) -> Outcome;

const TABLE: &[(&str, Validator)] = &[
    ("anthropic", provider::anthropic),
    ("aws-account-id", cloud::aws_account_id),
    ("aws-session-region", provider::aws_session),
    ("azure-client-password", azure::client_password),
    ("azure-devops-crc32", checksum::check_azure_devops),
    ("azure-identifiable", azure::identifiable),
    ("base64-json", shape::base64_json),
    ("base64-text", shape::base64_text),
    ("basic-auth", shape::basic_auth),
    ("bech32", bech32::bech32),
    ("bip32-extended-key", wallet::extended_key),
    ("bip39-mnemonic", wallet::mnemonic),
    ("bitcoin-wif", wallet::wif),
    ("cloudflare-crc32", checksum::check_cloudflare),
    ("confluent-crc32", checksum::check_confluent),
    ("crypt-hash", crypt::crypt),
    ("discord-snowflake", provider::discord),
    ("fly-macaroon", macaroon::fly),
    ("github-crc32", checksum::check_github),
    ("gitlab-routable", checksum::check_gitlab),
    ("google-service-account", cloud::google_service_account),
    ("grafana-crc32", checksum::check_grafana),
    ("hf-jwt", jwt::hugging_face),
    ("iban", shape::iban),
    ("jwe", jwt::encrypted),
    ("jwt", jwt::json_web_token),
    ("luhn", shape::luhn),
    ("macaroon", macaroon::macaroon),
    ("minisign", raw_key::minisign),
    ("mixed-case-digit", shape::mixed_case_digit),
    ("ngc-legacy", provider::ngc_legacy),
    ("npm-crc32", checksum::check_npm),
    ("onepassword-alphabet", provider::onepassword),
    ("openai-signature", provider::openai_signature),
    ("openssh", key_material::openssh),
    ("paseto", paseto::paseto),
    ("pem", key_material::pem),
    ("pypi-macaroon", macaroon::pypi),
    ("random", shape::random),
    ("signed-url-expiry", expiry::signed_url),
    ("stellar-seed", wallet::stellar),
    ("telegram-bot-id", provider::telegram),
    ("uuid-not-nil", shape::uuid_not_nil),
    ("uuid-v4", shape::uuid_v4),
    ("vault-protobuf", provider::vault),
    ("wireguard", raw_key::wireguard),
    ("zuplo-crc32", checksum::check_zuplo),
];

const NAMES: [&str; TABLE.len()] = {
    let mut names = [""; TABLE.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = TABLE[i].0;
        i += 1;
    }
    names
};

/// The validator of that name, as pattern files write it.
pub fn by_name(name: &str) -> Option<Validator> {
    TABLE
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, validator)| *validator)
}

/// Every validator's name, sorted.
pub fn names() -> &'static [&'static str] {
    &NAMES
}
