//! What looks like personal data in repositories of machine learning and is
//! none: each of these was met in real ones.

use super::builders::Folder;
use super::people::{card, mail};

/// Sweeps one text and gives the entities found, informative ones left out.
fn found(name: &str, text: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.file(name, text);
    let (report, _) = folder.json();
    let findings = report["findings"].as_array().unwrap().clone();
    let told = findings
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .filter_map(|finding| finding["entity"].as_str());
    told.map(str::to_owned).collect()
}

fn silent(name: &str, text: &str) {
    let found = found(name, text);
    assert!(found.is_empty(), "{name}: {text:?} taken for {found:?}");
}

#[test]
fn logins_roles_and_placeholders_are_no_people() {
    let at = '@';
    silent("README.md", &format!("git clone git{at}hf.co:acme/model"));
    silent(
        "README.md",
        &format!("ssh ssh://0123456789abcdef01234567{at}ssh.hf.jobs"),
    );
    silent(
        "README.md",
        &format!("Write to security{at}huggingface.co or feedback{at}acme.ai."),
    );
    silent(
        "README.md",
        &format!("user{at}yourorg.com, noreply{at}acme.ai, jane{at}example.com"),
    );
    silent(
        "cli.md",
        "curl -F files=@sample.py and @1.txt, or data@v2.bin",
    );
    silent(
        "train.py",
        "@torch.no_grad()\ndef f(x):\n    return x @ w.t\n",
    );
}

#[test]
fn authors_are_named_on_purpose() {
    let mail = mail(1);
    silent(
        "setup.py",
        &format!("setup(author=\"Mara\", author_email=\"{mail}\")"),
    );
    silent(
        "CITATION.cff",
        &format!("authors:\n  - family-names: L\n    email: {mail}\n"),
    );
    silent("LICENSE", &format!("Copyright 2024 Mara <{mail}>\n"));
}

#[test]
fn numbers_of_code_are_no_addresses() {
    silent(
        "a.py",
        "x[0::2] + y[1::20000] + z[::-1]\nt = '12:30:45::00'\n",
    );
    silent(
        "logo.md",
        "<path d=\"M1.796.898.898 0 1.2.3.4 22.33.44.55c81.2.69.142.5\"/>",
    );
    silent(
        "requirements.txt",
        "torch==2.1.0.1\nxformers==12.5.33.104\nversion 81.2.69.142\n",
    );
    silent(
        "serve.py",
        "app.run('0.0.0.0'); connect('127.0.0.1'); ns = ['8.8.8.8', '192.168.178.1']\n",
    );
    silent(
        "doc.txt",
        "for instance 192.0.2.17, 198.51.100.4 and 2001:db8::1a2b:3344:5566",
    );
}

#[test]
fn floats_hold_no_cards() {
    let card = card(3);
    silent(
        "log.txt",
        &format!("loss 0.{card}, lr 1.{card}e-05, -{card}.25"),
    );
    silent("log.txt", &format!("{card}/{card} [00:12<00:00]"));
    silent("ids.py", &format!("run_{card} = 'sha{card}'"));
}

#[test]
fn numbers_of_papers_runs_and_files_are_no_telephones() {
    for text in [
        "arXiv:2106.09685, arXiv 2305.14314v2",
        "https://github.com/huggingface/trl/pull/1235#issuecomment-1886767829",
        "100%|██████████| 15806/15806 [00:12<00:00, 1254.21it/s]",
        "size 4976698672, offset 1234567890, 5365163008 bytes",
        "2024-05-17 12:33:09.123 step 1000-2000 seed 20240517",
        "epoch=1715948389 millis=1715948389123",
        "ISBN 978-3-16-148410-0 and 9783161484100",
        "tensor of shape 1920x1080, 3840-2160, 224 224 3",
        "pages 123-145, 1998-2003; chapter 3.14.15.92",
        "uuid 550e8400-e29b-41d4-a716-446655440000",
        "0.6259662985801697 1.0986122886681098 -3.1415926535e-10",
        "[123, 456, 7890, 202, 555, 7788]",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "cell 2125550188 of mobile_net_v3_2248",
    ] {
        silent("notes.txt", text);
        silent("README.md", text);
    }
}

#[test]
fn letters_with_numbers_are_no_licences() {
    silent(
        "gpu.md",
        "v1, M1/M2, L4039, A100-80GB, H100, RTX4090, sm_90, T4, V100S",
    );
    silent(
        "hash.txt",
        "etag AB1234563f9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    );
}

#[test]
fn a_vocabulary_names_nobody() {
    let card = card(5);
    let mut vocabulary = String::from("{\"model\": {\"vocab\": {");
    for number in 0..50 {
        let words = format!("\"▁called{number}\": {number}, \"+1 202 867 53{number:02}\": 1, ");
        vocabulary += &words;
    }
    let words = format!("\"card\": 1, \"{card}\": 2}}}}}}");
    vocabulary += &words;
    silent("tokenizer.json", &vocabulary);
    silent(
        "vocab.txt",
        &format!("card\n{card}\nphone\n+1 202 867 5309\n81.2.69.142\n"),
    );
}

#[test]
fn random_numbers_of_a_table_are_no_cards() {
    // One in ten has the right last digit, and one in three begins like a card.
    let folder = Folder::new();
    let mut state = 7_u64;
    let mut table = String::from("tweet_id,text\n");
    for row in 0..2000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let id = 1_000_000_000_000_000 + state % 9_000_000_000_000_000;
        let line = format!("{id},row {row}\n");
        table += &line;
    }
    folder.file("data.csv", &table);
    let (report, code) = folder.json();
    assert_eq!(code, Some(0), "{report}");
    let told = report["findings"].as_array().unwrap();
    assert!(
        told.iter().all(|finding| finding["entity"].is_null()),
        "{report}"
    );
}
