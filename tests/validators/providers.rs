//! Structures of one provider's tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hubsweep::rule::template::{expand, expand_seeded};
use hubsweep::validate::{Outcome, azure, jwt};

use crate::{assert_outcome, assert_valid, assert_weak, run, valid};

#[test]
fn every_azure_service_has_seeds_of_its_own() {
    let signatures = [
        "+ABa", "+ACR", "+AEh", "+AMC", "+ARm", "+ASb", "+ASt", "ACDb", "AIoT", "APIM", "AzCa",
        "AzFu", "AzSe",
    ];
    for signature in signatures {
        let key = expand(&format!("{{azure:{signature}}}"));
        assert_eq!(
            run("azure-identifiable", &key),
            valid("checksum matches"),
            "{signature}"
        );
        let mut random = [9; 64];
        random[3] = 77;
        let other = azure::service_key(signature, &random);
        let mixed = format!(
            "{}{}",
            &other[..20],
            &azure::service_key(signature, &[8; 64])[20..]
        );
        let outcome = run("azure-identifiable", &mixed);
        // Redis rewrites its keys, so that a wrong sum proves nothing.
        let redis = signature == "AzCa";
        assert_eq!(
            outcome == Outcome::Neutral,
            redis,
            "{signature}: {outcome:?}"
        );
    }
    assert_outcome("azure-identifiable", "{base64:86}==", &Outcome::Neutral);
}

#[test]
fn vendors() {
    assert_valid("openai-signature", "sk-{alnum:20}T3BlbkFJ{alnum:20}");
    assert_weak("openai-signature", "sk-{alnum:48}");
    assert_valid("anthropic", "sk-ant-api03-{base64url:93}AA");
    assert_outcome(
        "anthropic",
        "sk-ant-api03-{base64url:95}",
        &Outcome::Neutral,
    );
    assert_valid("ngc-legacy", "{ngc}");
    assert_valid("ngc-legacy", "{loweralnum:26}:{uuid}");
    assert_weak("ngc-legacy", "{alnum:84}");
    assert_valid("onepassword-alphabet", "{onepassword}");
    assert_weak("onepassword-alphabet", "A3-{upperalnum:5}O-{upperalnum:6}");
    assert_outcome("telegram-bot-id", "{digit:1}", &Outcome::Neutral);
    assert_outcome("telegram-bot-id", "0123456789:AA", &Outcome::Reject);
    assert_valid("vault-protobuf", "{vault}");
    assert_outcome("vault-protobuf", "hvs.{base64url:91}", &Outcome::Neutral);
    assert_valid("uuid-v4", "sdk-{uuid}");
    assert_weak("uuid-v4", "sdk-{hex:8}-{hex:4}-1{hex:3}-{hex:4}-{hex:12}");
    assert_outcome("uuid-v4", "{hex:64}", &Outcome::Neutral);
}

#[test]
fn discord_tokens_name_their_bot() {
    let evidence = assert_valid("discord-snowflake", "{discord}");
    assert!(
        evidence.starts_with("names a bot made on 202"),
        "{evidence}"
    );
    assert_outcome(
        "discord-snowflake",
        "MTA{alnum:23}.{alnum:6}.{alnum:38}",
        &Outcome::Reject,
    );
}

#[test]
fn macaroons_are_walked() {
    assert_eq!(
        assert_valid("macaroon", "{macaroon}"),
        "complete macaroon, 0 caveats"
    );
    assert_weak("macaroon", "MDAx{base64:300}");
    let token = expand("{macaroon}");
    assert_weak("macaroon", &token[..token.len() - 8]);
    assert_eq!(
        assert_valid("fly-macaroon", "FlyV1 {fly},{fly}"),
        "macaroon of https://api.fly.io/v1"
    );
    assert_weak("fly-macaroon", "fm2_{base64:200}");
    assert_outcome("fly-macaroon", "fo1_{base64url:43}", &Outcome::Neutral);
}

#[test]
fn session_tokens_of_aws_name_their_region() {
    // Version, origin, a number, then the region.
    let mut bytes = b"\x21\x0a\x09origin_ec\x10\x9a\x01\x1a\x09us-east-1".to_vec();
    bytes.extend([0x22; 64]);
    let token = URL_SAFE_NO_PAD.encode(&bytes);
    assert_eq!(
        run("aws-session-region", &token),
        valid("AWS session in us-east-1")
    );
    assert_outcome(
        "aws-session-region",
        "IQoJb3JpZ2luX2Vj{alnum:200}",
        &Outcome::Neutral,
    );
}

#[test]
fn text_in_base64() {
    assert_valid("base64-text", "essu_{text64:@20:@22}");
    assert_valid("base64-text", "{text64:reftkn:01:0000000000:@27}");
    assert_weak("base64-text", "essu_{base64:80}");
    assert_valid("base64-json", "sk.{json64url:u=@10,a=@25}.{base64url:22}");
    assert_valid(
        "base64-json",
        "sntrys_{json64:iat=past,org=@10}_{base64:43}",
    );
    assert_weak("base64-json", "glc_eyJvIjoi{base64:100}");
}

#[test]
fn account_numbers() {
    for number in ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"] {
        assert_valid("iban", number);
    }
    for number in [
        "DE89370400440532013001",
        "DE89",
        "89DE370400440532013000",
        "",
    ] {
        assert_outcome("iban", number, &Outcome::Reject);
    }
}

#[test]
fn web_tokens_in_other_clothes() {
    for template in [
        "{jwt:base64}",
        "wrkaus-{jwt}",
        "glcbt-{jwt}",
        "ghs_{digit:7}_{jwt}",
    ] {
        let evidence = assert_valid("jwt", template);
        assert!(
            evidence.ends_with("expires 2100-01-01"),
            "{template}: {evidence}"
        );
    }
    let evidence = assert_valid(
        "jwt",
        "{claims:HS256:iss=supabase,ref=@20,role=service_role,iat=past,exp=future}",
    );
    assert_eq!(
        evidence,
        "alg HS256, issuer supabase, role service_role, expires 2100-01-01"
    );
    assert_valid("jwt", "{claims:none:sub=@20}");
    let header = jwt::mint(r#"{"alg":"dir","enc":"A256GCM"}"#, "", b"");
    let header = header.trim_end_matches('.');
    let sealed = format!(
        "{header}..{}",
        expand("{base64url:16}.{base64url:80}.{base64url:22}")
    );
    assert_eq!(run("jwe", &sealed), valid("alg dir, enc A256GCM"));
    assert_outcome(
        "jwe",
        "eyJ{alnum:30}..{alnum:16}.{alnum:80}.{alnum:22}",
        &Outcome::Reject,
    );
    for seed in 0..20 {
        assert!(matches!(
            run("paseto", &expand_seeded("{paseto}", seed)),
            Outcome::Valid(_)
        ));
    }
    assert_weak("paseto", "v4.public.{base64url:160}");
    assert_outcome("paseto", "v4.local.{base64url:160}", &Outcome::Neutral);
    assert_weak("paseto", "v4.local.{base64url:60}");
}
