//! Configurations of honest models, and of known attacks.

use super::*;
use crate::audit::tests::text_file;

fn found(text: &str) -> Vec<(Severity, Vec<String>)> {
    let mut found = vec![];
    let document = Fact::Document {
        name: "model_config",
        text: text.as_bytes(),
    };
    fact("m.h5", &Route::new("@model_config"), &document, &mut |f| {
        found.push((f.severity, f.evidence));
    });
    found
}

/// A model of one layer.
fn model(layer: &str) -> String {
    format!(
        r#"{{"module": "keras", "class_name": "Sequential", "config": {{"name": "s", "layers": [
        {{"module": "keras.layers", "class_name": "InputLayer", "config": {{"batch_shape": [null, 8]}}, "registered_name": null}},
        {layer}]}}, "registered_name": null}}"#
    )
}

fn one(layer: &str) -> Option<(Severity, String)> {
    let mut all = found(&model(layer));
    assert!(all.len() < 2);
    all.pop()
        .map(|(severity, evidence)| (severity, evidence.join("; ")))
}

#[test]
fn parts_of_keras_are_no_finding() {
    for layer in [
        r#"{"module": "keras.layers", "class_name": "Dense", "config": {"units": 4, "activation": "relu",
            "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": null}, "registered_name": null}},
            "registered_name": null, "build_config": {"input_shape": [null, 8]}}"#,
        r#"{"class_name": "LSTM", "config": {"name": "lstm"}}"#,
        r#"{"module": "keras_hub.layers", "class_name": "PositionEmbedding", "config": {}, "registered_name": "keras_hub>PositionEmbedding"}"#,
        r#"{"module": "builtins", "class_name": "function", "config": "mean_squared_error", "registered_name": "function"}"#,
        r#"{"module": "keras.src.ops.numpy", "class_name": "Add", "config": {"name": "add"}, "registered_name": "Add"}"#,
        r#"{"class_name": "__tuple__", "items": [1, 2]}"#,
        r#"{"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": ["a", "b"]}, "registered_name": null}"#,
        r#"{"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": null}, "registered_name": null}"#,
    ] {
        assert_eq!(one(layer), None, "{layer}");
    }
}

#[test]
fn lambdas_carry_code() {
    let new = r#"{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": null}}}}"#;
    let old = r#"{"class_name": "Lambda", "config": {"function": ["4wEAAAA=", null, null], "function_type": "lambda", "module": "__main__"}}"#;
    let code = "Python bytecode of a lambda function at /config/layers/1";
    let expected = (Severity::High, format!("{code}/config/function"));
    assert_eq!(one(new), Some(expected));
    assert_eq!(one(old), Some((Severity::High, code.to_owned())));
}

#[test]
fn functions_of_other_modules_are_called() {
    let call = |module: &str, name: &str| {
        one(&format!(
            r#"{{"module": "keras.layers", "class_name": "Lambda", "config": {{"function": {{"module": "{module}", "class_name": "function", "config": "{name}", "registered_name": "function"}}, "arguments": {{}}}}}}"#
        ))
    };
    for (module, name) in [
        ("os", "system"),
        ("subprocess", "run"),
        ("builtins", "exec"),
        ("importlib.util", "x"),
        ("keras.utils", "get_file"),
        ("keras.src.utils.file_utils", "get_file"),
        ("keras.config", "enable_unsafe_deserialization"),
        ("keras.models", "load_model"),
        ("torch", "load"),
        // Escapes are undone before names are compared.
        ("\\u006fs", "system"),
    ] {
        let (severity, _) = call(module, name).unwrap();
        assert_eq!(severity, Severity::Critical, "{module}.{name}");
    }
    let (severity, told) = call("my.module", "f").unwrap();
    assert_eq!(severity, Severity::Medium);
    assert_eq!(
        told,
        "function my.module.f, which is no part of Keras at /config/layers/1/config/function"
    );
    assert_eq!(call("keras.src.activations", "relu"), None);
}

#[test]
fn classes_of_others_are_told_apart() {
    let custom = r#"{"module": null, "class_name": "Custom", "config": {}, "registered_name": "mypkg>Custom"}"#;
    assert_eq!(one(custom).unwrap().0, Severity::Low);
    let foreign = r#"{"module": "mypkg.layers", "class_name": "Custom", "config": {}, "registered_name": "Custom"}"#;
    assert_eq!(one(foreign).unwrap().0, Severity::Medium);
    let torch = r#"{"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"module": "gASV"}}"#;
    assert_eq!(one(torch).unwrap().0, Severity::High);
}

#[test]
fn files_are_opened() {
    let lookup = |path: &str| {
        one(&format!(
            r#"{{"module": "keras.layers", "class_name": "StringLookup", "config": {{"vocabulary": "{path}"}}}}"#
        ))
        .map(|(severity, told)| {
            assert!(!told.contains(path));
            severity
        })
    };
    assert_eq!(lookup("/etc/passwd"), Some(Severity::High));
    assert_eq!(lookup("https://example.com/x"), Some(Severity::High));
    assert_eq!(lookup("vocab.txt"), Some(Severity::Medium));
}

#[test]
fn files_of_others_are_left_alone() {
    let mut found = vec![];
    let transformers = r#"{"architectures": ["X"], "quantization_config": {"modules": [], "module": "os", "class_name": "system"}}"#;
    file(&text_file("config.json", transformers), &mut |f| {
        found.push(f);
    });
    assert!(found.is_empty());
    let text = model(r#"{"module": "os", "class_name": "function", "config": "system"}"#);
    file(&text_file("sub/config.json", &text), &mut |f| {
        found.push(f);
    });
    assert_eq!(found.len(), 1);
    // A head that is cut off tells as much as it holds.
    found.clear();
    let cut = text.split("\"system\"").next().unwrap();
    file(&text_file("config.json", cut), &mut |f| {
        found.push(f);
    });
    assert_eq!(found.len(), 1);
}

#[test]
fn hostile_documents_end() {
    assert!(found(&"[".repeat(1_000_000)).is_empty());
    assert!(found(&"{\"config\":".repeat(100_000)).is_empty());
    let many = r#"{"module":"os","class_name":"system"},"#.repeat(10_000);
    let (severity, evidence) = found(&format!("[{many}]")).pop().unwrap();
    assert_eq!(severity, Severity::Critical);
    assert_eq!(evidence.len(), 2);
    let strange = r#"{"module": "os", "class_name": "function", "config": "\u001b[31m\n"}"#;
    let (_, told) = one(strange).unwrap();
    assert!(told.contains("os.(a strange name)"), "{told}");
}

#[test]
fn a_long_file_of_its_own_is_not_passed_over() {
    let severity = |path: &str, text: &str, size: u64| {
        let mut found = None;
        let mut read = text_file(path, text);
        read.size = size;
        file(&read, &mut |finding| found = Some(finding.severity));
        found
    };
    let begun = r#"{"config": {"layers": [{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {}}}}], "more": "#;
    assert_eq!(severity("model.json", begun, 1 << 20), Some(Severity::High));
    assert_eq!(
        severity("model.json", r#"{"padding": ""#, 1 << 20),
        Some(Severity::Info)
    );
    assert_eq!(severity("config.json", r#"{"id2label": {"#, 1 << 20), None);
    assert_eq!(severity("model.json", "{}", 2), None);
}
