//! TensorFlow graphs that touch files or call Python when they run.
//!
//! In: the operators a graph calls. Out: a finding for each that does more than
//! compute. Those that save and restore the model's own variables are ordinary.

use super::Doc;
use crate::blob::{Fact, Kind, Proto};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "tensorflow-unsafe-operator",
    description: "TensorFlow operator that does more than compute",
    category: Category::UnsafeFile,
    group: "files that load code",
    severity: Severity::High,
    why: "A graph is a program: it runs with the rights of whoever loads it, and this operator reaches out of it.",
    fix: "Export the graph without it: read and write files, and call Python, outside the model.",
};

/// Operators by what they do, and how bad that is.
const OPERATORS: &[(Severity, &str, &[&str])] = &[
    (
        Severity::High,
        "calls a function of Python",
        &["PyFunc", "PyFuncStateless", "EagerPyFunc"],
    ),
    (
        Severity::High,
        "writes a file",
        &[
            "WriteFile",
            "CreateSummaryFileWriter",
            "CreateSummaryDbWriter",
            "DatasetToTFRecord",
            "SnapshotDataset",
            "SnapshotDatasetV2",
            "SaveDataset",
            "SaveDatasetV2",
            "DistributedSave",
        ],
    ),
    (
        Severity::Medium,
        "reads a file",
        &[
            "ReadFile",
            "WholeFileReader",
            "WholeFileReaderV2",
            "TextLineReader",
            "TextLineReaderV2",
            "TextLineDataset",
            "FixedLengthRecordReader",
            "FixedLengthRecordReaderV2",
            "FixedLengthRecordDataset",
            "FixedLengthRecordDatasetV2",
            "TFRecordReader",
            "TFRecordReaderV2",
            "TFRecordDataset",
            "TFRecordDatasetV2",
            "LMDBReader",
            "CSVDataset",
            "CSVDatasetV2",
            "SqlDataset",
            "LoadDataset",
            "ImmutableConst",
            "GenerateVocabRemapping",
            "LoadAndRemapMatrix",
            "InitializeTRTResource",
            "SnapshotDatasetReader",
            "SnapshotNestedDatasetReader",
            "SnapshotChunkDataset",
        ],
    ),
    (Severity::Low, "prints, to any file it names", &["PrintV2"]),
    (
        Severity::Medium,
        "lists files",
        &["MatchingFiles", "MatchingFilesDataset"],
    ),
    (
        Severity::Medium,
        "calls another machine",
        &[
            "Rpc",
            "TryRpc",
            "RpcCall",
            "RpcClient",
            "DataServiceDataset",
            "DataServiceDatasetV2",
            "DataServiceDatasetV3",
            "DataServiceDatasetV4",
        ],
    ),
    (
        Severity::Medium,
        "sends what it computes to a file or another machine, for debugging",
        &[
            "DebugIdentity",
            "DebugIdentityV2",
            "DebugIdentityV3",
            "DebugNanCount",
            "DebugNumericSummary",
        ],
    ),
];

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Operator { kind, name, .. } = *fact else {
        return;
    };
    let graph = matches!(
        kind,
        Kind::Protobuf(Proto::SavedModel | Proto::Graph | Proto::MetaGraph)
    );
    let known = |(_, _, names): &&(Severity, &str, &[&str])| names.contains(&name);
    let Some((severity, what, _)) = OPERATORS.iter().find(known).filter(|_| graph) else {
        return;
    };
    let mut finding = DOC.inside(path, route.as_str());
    finding.severity = *severity;
    finding.evidence.push(format!("{name} {what}"));
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(proto: Proto, name: &str) -> Option<Severity> {
        let mut found = None;
        let called = Fact::Operator {
            kind: Kind::Protobuf(proto),
            domain: "",
            name,
        };
        fact(
            "saved_model.pb",
            &Route::default(),
            &called,
            &mut |finding| {
                found = Some(finding.severity);
            },
        );
        found
    }

    #[test]
    fn a_graph_computes() {
        for name in ["MatMul", "SaveV2", "RestoreV2", "MergeV2Checkpoints", ""] {
            assert_eq!(severity(Proto::SavedModel, name), None, "{name}");
        }
        let told = |name| severity(Proto::Graph, name);
        assert_eq!(told("WriteFile"), Some(Severity::High));
        assert_eq!(told("EagerPyFunc"), Some(Severity::High));
        assert_eq!(told("ReadFile"), Some(Severity::Medium));
        assert_eq!(told("ImmutableConst"), Some(Severity::Medium));
        assert_eq!(told("PrintV2"), Some(Severity::Low));
        assert_eq!(severity(Proto::Onnx, "ReadFile"), None);
    }
}
