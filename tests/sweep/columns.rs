//! Tables: where in a column something stands, and what a whole column is.

use super::builders::{Folder, blocking, places, token};

#[path = "../builders/parquet.rs"]
mod parquet;

/// Values of 24 digits in base 16, as databases number their rows.
fn ids(count: u64) -> Vec<String> {
    let spread = |row: u64| row.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995_1234_5678;
    (1..=count)
        .map(|row| format!("{:016x}{:08x}", spread(row), spread(row) as u32))
        .collect()
}

fn table(folder: &Folder, column: &str, values: &[String]) {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    folder.file("t.parquet", parquet::strings(column, &values));
}

#[test]
fn a_token_in_a_column_has_its_row() {
    let folder = Folder::new();
    let mut values: Vec<String> = (0..50).map(|row| format!("text of row {row}")).collect();
    values[33] = format!("by {}", token(1));
    table(&folder, "text", &values);
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    let found = places(&report, "hf-user-token");
    assert_eq!(found.len(), 1, "{report:#}");
    assert_eq!(found[0].1, "/text/row-33");
}

#[test]
fn keys_of_rows_are_no_secrets_and_few_values_are() {
    let folder = Folder::new();
    table(&folder, "secret_key", &ids(60));
    let (report, code) = folder.json();
    assert_eq!(code, Some(0), "{report:#}");
    let told = places(&report, "generic-secret-assignment").len();
    assert!(told > 50, "{told}");
    table(&folder, "secret_key", &ids(3));
    let (report, _) = folder.json();
    assert_eq!(blocking(&report).len(), 1, "{report:#}");
}
