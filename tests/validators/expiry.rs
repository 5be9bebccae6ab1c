//! What is expired is weak, and says since when.

use hubsweep::rule::template::expand;
use hubsweep::validate::{Candidate, Outcome};

use crate::{assert_outcome, run, valid, validator, weak};

fn url(text: &str) -> Outcome {
    run("signed-url-expiry", &expand(text))
}

#[test]
fn signed_urls() {
    let past = weak("expired on 2020-09-13");
    let future = valid("expires 2100-01-01");
    for (template, expected) in [
        (
            "https://x.s3.amazonaws.com/k?X-Amz-Date=20200913T112640Z&X-Amz-Expires=3600&X-Amz-Signature={hex:64}",
            &past,
        ),
        (
            "https://x.s3.amazonaws.com/k?X-Amz-Date=20991231T230000Z&X-Amz-Expires=3600&X-Amz-Signature={hex:64}",
            &future,
        ),
        (
            "https://storage.googleapis.com/b/k?X-Goog-Date=20200913T112640Z&amp;X-Goog-Expires=3600",
            &past,
        ),
        (
            "https://x.blob.core.windows.net/d?sv=2022-11-02&se=2020-09-13T12%3A26%3A40Z&sr=c&sig={alnum:43}%3D",
            &past,
        ),
        (
            "https://x.blob.core.windows.net/d?se=2100-01-01&sig={alnum:43}%3D",
            &future,
        ),
        (
            "https://cas-bridge.xethub.hf.co/x?Expires=1600000000&Policy={base64url:80}",
            &past,
        ),
        (
            "bedrock-api-key-{text64:bedrock.amazonaws.com/?X-Amz-Date=20200913T002640Z&X-Amz-Expires=43200}",
            &past,
        ),
    ] {
        assert_eq!(&url(template), expected, "{template}");
    }
    for template in [
        "https://x.s3.amazonaws.com/k?X-Amz-Signature={hex:64}",
        "sv=2022-11-02&sig={alnum:43}",
    ] {
        assert_outcome("signed-url-expiry", template, &Outcome::Neutral);
    }
}

#[test]
fn the_policy_of_a_signed_url_is_read() {
    let policy = expand("{text64:[\"DateLessThan\":[\"AWS:EpochTime\":1600000000]]}");
    let policy = policy.replace('+', "-").replace('=', "_").replace('/', "~");
    let found = run(
        "signed-url-expiry",
        &format!("https://a/b?Policy={policy}&Signature=x"),
    );
    assert_eq!(found, weak("expired on 2020-09-13"));
}

/// The parameters may follow the signature, but those of the next URL do not
/// count.
#[test]
fn only_the_same_url_counts() {
    let candidate = |after| Candidate {
        secret: b"x",
        whole: b"sp=r&sig=x",
        after,
        ..Candidate::default()
    };
    let check = validator("signed-url-expiry");
    let same = candidate(b"&se=2020-09-13T00:00:00Z\" }");
    assert_eq!(check(&same), weak("expired on 2020-09-13"));
    let next = candidate(b"\" https://a?se=2020-09-13T00:00:00Z");
    assert_eq!(check(&next), Outcome::Neutral);
}

#[test]
fn tokens() {
    assert_outcome("jwt", "{jwt:expired}", &weak("expired on 2020-09-13"));
    assert_outcome("paseto", "{paseto:expired}", &weak("expired on 2020-01-01"));
    assert_outcome("paseto", "{paseto}", &valid("expires 2100-01-01"));
}
