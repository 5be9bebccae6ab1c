//! Offline checks of a candidate secret: checksums, encodings, placeholders
//! and randomness.
//!
//! In: the bytes a rule matched and a little context. Out: an [`Outcome`] that
//! raises, lowers or ends the finding. Nothing here touches the network.

pub mod azure;
mod bigrams;
pub mod checksum;
pub mod cloud;
mod encoding;
pub mod entropy;
pub mod jwt;
pub mod key_material;
pub mod known_public;
pub mod macaroon;
pub mod placeholder;
pub mod random;
mod shape;

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

/// A named check: a pure function of the candidate (`jwt` and `hf-jwt` also
/// read the clock, to compare it with `exp`).
pub type Validator = fn(&Candidate) -> Outcome;

const TABLE: &[(&str, Validator)] = &[
    ("age-bech32", key_material::age),
    ("aws-account-id", cloud::aws_account_id),
    ("azure-identifiable", azure::identifiable),
    ("base64-json", shape::base64_json),
    ("basic-auth", shape::basic_auth),
    ("cloudflare-crc32", checksum::check_cloudflare),
    ("github-crc32", checksum::check_github),
    ("gitlab-routable", checksum::check_gitlab),
    ("google-service-account", cloud::google_service_account),
    ("grafana-crc32", checksum::check_grafana),
    ("hf-jwt", jwt::hugging_face),
    ("jwt", jwt::json_web_token),
    ("luhn", shape::luhn),
    ("mixed-case-digit", shape::mixed_case_digit),
    ("npm-crc32", checksum::check_npm),
    ("openai-signature", shape::openai_signature),
    ("openssh", key_material::openssh),
    ("pem", key_material::pem),
    ("pypi-macaroon", macaroon::pypi),
    ("random", shape::random),
    ("uuid-not-nil", shape::uuid_not_nil),
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
