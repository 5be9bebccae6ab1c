//! Where templates are found, and what is said of them.

use super::*;
use crate::audit::tests::text_file;

fn found(path: &str, text: &str) -> Vec<(String, String, Severity, Option<u64>)> {
    let mut found = vec![];
    file(&text_file(path, text), &mut |finding| {
        let route = finding.location.route.as_ref();
        let route = route.map_or(String::new(), |route| route.as_str().to_owned());
        found.push((finding.rule, route, finding.severity, finding.location.line));
    });
    found
}

const ESCAPE: &str = "{% if x %}\n{{ lipsum.__globals__.os.popen('id') }}{% endif %}";

#[test]
fn files_of_templates() {
    let expected = (
        DOC.id.to_owned(),
        String::new(),
        Severity::Critical,
        Some(2),
    );
    for path in [
        "chat_template.jinja",
        "sub/chat_template.jinja",
        "additional_chat_templates/tool_use.jinja",
    ] {
        assert_eq!(
            found(path, ESCAPE),
            std::slice::from_ref(&expected),
            "{path}"
        );
        assert!(found(path, "{{ messages[0]['content'] }}").is_empty());
    }
    assert!(found("templates/index.jinja", ESCAPE).is_empty());
    assert!(found("README.md", ESCAPE).is_empty());
}

#[test]
fn configurations() {
    let plain = serde_json::json!({"other": ESCAPE, "chat_template": ESCAPE}).to_string();
    let rule = DOC.id.to_owned();
    assert_eq!(
        found("tokenizer_config.json", &plain),
        [(
            rule.clone(),
            "/chat_template".to_owned(),
            Severity::Critical,
            Some(1)
        )]
    );
    let listed = serde_json::json!({"chat_template": [
        {"name": "default", "template": "{{ messages }}"},
        {"name": "tool_use", "template": "{{ messages.__class__ }}"},
    ]})
    .to_string();
    assert_eq!(
        found("tokenizer_config.json", &listed),
        [(
            rule,
            "/chat_template/1/template".to_owned(),
            Severity::High,
            Some(1)
        )]
    );
    assert!(found("config.json", &plain).is_empty());
}

#[test]
fn what_is_not_read_is_told() {
    let long = format!("{}{ESCAPE}", " ".repeat(70_000));
    assert_eq!(found("chat_template.jinja", &long)[0].0, UNREAD.id);
    let config = serde_json::json!({"a": long, "chat_template": ESCAPE}).to_string();
    assert_eq!(found("tokenizer_config.json", &config)[0].0, UNREAD.id);
}

#[test]
fn metadata_of_gguf() {
    let mut rules = vec![];
    for key in [
        "tokenizer.chat_template",
        "tokenizer.chat_template.tool_use",
        "general.name",
    ] {
        let value = ESCAPE.as_bytes();
        let metadata = Fact::Metadata { key, value };
        fact("a.gguf", &Route::default(), &metadata, &mut |finding| {
            let route = finding.location.route.unwrap();
            rules.push((route.as_str().to_owned(), finding.evidence.len()));
        });
    }
    assert_eq!(
        rules,
        [
            ("@tokenizer.chat_template".to_owned(), 2),
            ("@tokenizer.chat_template.tool_use".to_owned(), 2)
        ]
    );
    let long = "{{ x }}".repeat(MOST_VALUE).into_bytes();
    let cut = Fact::Metadata {
        key: "tokenizer.chat_template",
        value: &long[..MOST_VALUE],
    };
    let mut rules = vec![];
    fact("a.gguf", &Route::default(), &cut, &mut |finding| {
        rules.push(finding.rule);
    });
    assert_eq!(rules, [UNREAD.id]);
}
