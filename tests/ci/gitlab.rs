//! The script of the GitLab job, pipeline by pipeline.

use crate::file;
use crate::files::scalars;
use crate::stage::{NONE, Outcome, Stage, UNKNOWN};

fn run(stage: &Stage, variables: &[(&str, &str)]) -> Outcome {
    let script = scalars(&file("ci/gitlab.yml"))
        .into_iter()
        .find(|text| text.contains("hubsweep scan"))
        .unwrap();
    // GitLab joins the lines of a job and stops at the first that fails.
    let script = format!("set -e\n{script}");
    let mut all = vec![
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_BRANCH", "work"),
        ("CI_COMMIT_SHA", stage.commits[2].as_str()),
        ("CI_COMMIT_BEFORE_SHA", NONE),
    ];
    all.extend(variables);
    stage.run(&["sh", "-c", &script], &all)
}

#[test]
fn each_pipeline_sweeps_what_it_should() {
    let stage = Stage::new();
    let [first, second, last] = &stage.commits[..] else {
        panic!()
    };
    let merge = run(&stage, &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", first)]);
    assert_eq!(merge.what(), [format!("--range={first}..{last}")]);
    let push = run(&stage, &[("CI_COMMIT_BEFORE_SHA", second)]);
    assert_eq!(push.what(), [format!("--range={second}..{last}")]);
    for before in [NONE, UNKNOWN] {
        let new = run(&stage, &[("CI_COMMIT_BEFORE_SHA", before)]);
        let main = "refs/remotes/origin/main";
        assert_eq!(new.what(), [format!("--range={main}..{last}")]);
        let main = [
            ("CI_COMMIT_BEFORE_SHA", before),
            ("CI_COMMIT_BRANCH", "main"),
        ];
        assert_eq!(run(&stage, &main).what(), ["--history"]);
    }
}

#[test]
fn both_reports_are_written_and_the_exit_code_stays() {
    let stage = Stage::new();
    let outcome = run(&stage, &[("FAKE_EXIT", "1")]);
    assert_eq!(outcome.code, 1);
    let args = outcome.args.unwrap();
    let artifacts = scalars(&file("ci/gitlab.yml"));
    for report in ["gitlab-codequality", "gitlab-secret-detection"] {
        let written = args
            .iter()
            .find_map(|arg| arg.strip_prefix(report)?.strip_prefix('='));
        assert!(
            artifacts.iter().any(|name| Some(name.as_str()) == written),
            "{report}"
        );
    }
}
