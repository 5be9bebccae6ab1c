//! Template functions that make whole tokens and keys, checksums included.
//!
//! In: a function's name and argument, and a source of random text. Out: the
//! value; none for an unknown name.

use super::{DIGIT, Draw, LOWER, UPPER, alphabet};
use crate::validate::{
    azure, bech32, checksum, cloud, encoding, jwt, key_material, macaroon, paseto, provider, wallet,
};

/// 2100-01-01 and 2020-09-13.
const FUTURE: u64 = 4_102_444_800;
const PAST: u64 = 1_600_000_000;

/// The letters and digits of 1Password's secret keys.
const ONEPASSWORD: &str = "23456789ABCDEFGHJKLMNPQRSTVWXYZ";

/// A token of a provider: `{github:ghp_}`, `{npm}`, `{jwt:expired}` …
pub(super) fn token(name: &str, argument: &str, draw: &mut Draw) -> Option<String> {
    let alnum = alphabet("alnum")?;
    let value = match (name, argument) {
        ("aws-id", prefix) if !prefix.is_empty() => draw.until_real(|draw| {
            let account = 100_000_000_000 + draw.next() % 900_000_000_000;
            cloud::aws_key_id(prefix, account, draw.next())
        }),
        ("azure", signature) if signature.len() == 4 => azure_key(signature, draw),
        ("azure-devops", "") => checksum::azure_devops(&draw.bytes()),
        ("azure-openai", "") => azure::openai_key(&draw.text(&alnum, 52), &draw.text(&alnum, 10)),
        ("azure-password", "") => {
            azure::client_secret(&draw.text(&alnum, 3), &draw.text(&alnum, 31))
        }
        ("cloudflare", prefix) if !prefix.is_empty() => {
            checksum::cloudflare(prefix, &draw.text(&alnum, 40))
        }
        ("confluent", "") => checksum::confluent(&draw.text(&alnum, 54)),
        ("discord", "") => {
            let id = 1_000_000_000_000_000_000 + draw.next() % 200_000_000_000_000_000;
            let rest = format!("{}.{}", draw.text(&alnum, 6), draw.text(&alnum, 38));
            provider::mint_discord(id, &rest)
        }
        ("fly", "") => macaroon::mint_fly(&draw.bytes()),
        ("github", prefix) if !prefix.is_empty() => {
            draw.until_real(|draw| checksum::github(prefix, &draw.text(&alnum, 30)))
        }
        ("gitlab-routable", prefix) if !prefix.is_empty() => {
            let payload = draw.text(&alphabet("base64url")?, 27);
            checksum::gitlab(prefix, &payload)
        }
        ("grafana", "") => checksum::grafana(&draw.text(&alnum, 32)),
        ("ngc", "") => {
            let organisation = draw.text(&[LOWER, DIGIT].concat(), 26);
            provider::mint_ngc(&organisation, &draw.uuid())
        }
        ("npm", "") => checksum::npm(&draw.text(&alnum, 30)),
        ("onepassword", "") => {
            let groups = [6, 6, 5, 5, 5, 5].map(|length| draw.text(ONEPASSWORD, length));
            format!("A3-{}", groups.join("-"))
        }
        ("pypi", "") => macaroon::mint(&draw.uuid(), &draw.bytes()),
        ("vault", "") => provider::mint_vault(&draw.bytes(), &draw.text(&alnum, 24)),
        ("zuplo", "") => checksum::zuplo(&draw.text("0123456789abcdef", 32)),
        _ => return None,
    };
    Some(value)
}

/// A token that can be read: `{jwt}`, `{claims:HS256:iss=a}`, `{text64:id:@20}` …
pub(super) fn readable(name: &str, argument: &str, draw: &mut Draw) -> Option<String> {
    let value = match (name, argument) {
        ("claims", argument) => {
            let (header, claims) = argument.split_once(':')?;
            draw.claims(header, claims)
        }
        ("json64", fields) if !fields.is_empty() => {
            encoding::encode_base64(draw.object(fields).as_bytes())
        }
        ("json64url", fields) if !fields.is_empty() => {
            encoding::encode_base64url(draw.object(fields).as_bytes())
        }
        ("jwt", "") => draw.jwt(FUTURE),
        ("jwt", "base64") => encoding::encode_base64(draw.jwt(FUTURE).as_bytes()),
        ("jwt", "expired") => draw.jwt(PAST),
        ("jwt", "hf") => draw.jwt_hf(),
        ("macaroon", "") => {
            macaroon::mint_packets("https://issuer.example", &draw.uuid(), &draw.bytes())
        }
        ("paseto", "") => draw.paseto(2_100),
        ("paseto", "expired") => draw.paseto(2_020),
        ("text64", text) if !text.is_empty() => {
            encoding::encode_base64(draw.filled(text).as_bytes())
        }
        _ => return None,
    };
    Some(value)
}

/// A key in a format of its own: `{pem:RSA PRIVATE KEY}`, `{age}` …
pub(super) fn key(name: &str, argument: &str, draw: &mut Draw) -> Option<String> {
    let value = match (name, argument) {
        ("age", "") => bech32::mint_age(&draw.bytes()),
        ("base58check", version) => {
            let version: u8 = version.parse().ok()?;
            wallet::mint_base58check(&[&[version][..], &draw.bytes::<20>()].concat())
        }
        ("bech32", prefix) if !prefix.is_empty() => bech32::mint(prefix, &draw.bytes::<32>()),
        ("mnemonic", "") => wallet::mint_mnemonic(&draw.bytes()),
        ("pem", "OPENSSH PRIVATE KEY") | ("openssh", "") => {
            key_material::mint_openssh(&draw.bytes())
        }
        ("pem", label) if !label.is_empty() => key_material::mint_pem(label, &draw.bytes::<600>()),
        ("pem-base64", label) if !label.is_empty() => {
            key_material::mint_wrapped(label, &draw.bytes::<600>())
        }
        ("stellar", "") => wallet::mint_stellar(&draw.bytes()),
        ("wif", "") => wallet::mint_wif(&draw.bytes()),
        ("xprv", "") => wallet::mint_extended(&draw.bytes()),
        _ => return None,
    };
    Some(value)
}

/// A key of the length and the alphabet that service's keys have.
fn azure_key(signature: &str, draw: &mut Draw) -> String {
    let length = match signature {
        "+ABa" | "+AMC" | "+ASt" | "ACDb" => 64,
        "AzFu" => 40,
        "+ACR" | "AzSe" => 39,
        _ => 32,
    };
    let plain =
        |key: &str| signature != "AzSe" || key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    draw.until(plain, |draw| {
        azure::service_key(signature, &draw.bytes::<64>()[..length])
    })
}

impl Draw {
    fn jwt(&mut self, expiry: u64) -> String {
        let subject = self.uuid();
        let payload = format!(
            r#"{{"iss":"https://issuer.example","sub":"{subject}","iat":{PAST},"exp":{expiry}}}"#
        );
        let header = r#"{"alg":"HS256","typ":"JWT"}"#;
        jwt::mint(header, &payload, &self.bytes::<32>())
    }

    fn jwt_hf(&mut self) -> String {
        let user = self.text("0123456789abcdef", 24);
        let payload = format!(
            r#"{{"read":true,"permissions":{{"repo.content.read":true}},"onBehalfOf":{{"kind":"user","_id":"{user}"}},"iat":{PAST},"exp":{FUTURE},"iss":"https://huggingface.co"}}"#
        );
        jwt::mint(r#"{"alg":"EdDSA"}"#, &payload, &self.bytes::<64>())
    }

    /// A token of a header (`HS256`, `HS256-` without a type, `RS256+` with a
    /// key id, `none`) and claims (`iss=a,ref=@20,exp=future`).
    fn claims(&mut self, header: &str, claims: &str) -> String {
        let algorithm = header.trim_end_matches(['-', '+']);
        let rest = match header.as_bytes().last() {
            Some(b'-') => String::new(),
            Some(b'+') => format!(r#","kid":"{}""#, self.text(&alphabet_of_ids(), 43)),
            _ if algorithm == "none" => String::new(),
            _ => r#","typ":"JWT""#.to_owned(),
        };
        let header = format!(r#"{{"alg":"{algorithm}"{rest}}}"#);
        let payload = self.object(claims);
        let signature = match algorithm {
            "none" => 0,
            "HS256" => 32,
            "RS256" => 256,
            _ => 64,
        };
        jwt::mint(&header, &payload, &self.bytes::<256>()[..signature])
    }

    /// The JSON object of `name=value` pairs.
    fn object(&mut self, fields: &str) -> String {
        let pairs = fields.split(',').filter_map(|field| field.split_once('='));
        let fields: Vec<String> = pairs
            .map(|(name, value)| match value {
                "future" => format!(r#""{name}":{FUTURE}"#),
                "past" => format!(r#""{name}":{PAST}"#),
                _ => format!(r#""{name}":"{}""#, self.filled(value)),
            })
            .collect();
        format!("{{{}}}", fields.join(","))
    }

    /// The text with each `@20` replaced by 20 random letters and digits.
    fn filled(&mut self, text: &str) -> String {
        let mut parts = text.split('@');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let length = part[..digits].parse().unwrap_or(0).min(super::LONGEST);
            filled += &self.text(&[LOWER, DIGIT].concat(), length);
            filled += &part[digits..];
        }
        filled
    }

    fn paseto(&mut self, year: u32) -> String {
        let claims = format!(
            r#"{{"sub":"{}","exp":"{year}-01-01T00:00:00Z"}}"#,
            self.uuid()
        );
        paseto::mint(&claims, &self.bytes())
    }
}

fn alphabet_of_ids() -> String {
    [LOWER, UPPER, DIGIT].concat()
}
