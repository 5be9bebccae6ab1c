//! Numbers made here pass, and wrong digits are seen.

use super::super::tests::{errors_seen, one_error_is_seen, passing};
use super::*;

type Run = fn(&[u8]) -> Verdict;

/// The value that begins so and ends in the two digits that pass.
fn passing_two(run: Run, start: &str) -> String {
    (0..100)
        .map(|last| format!("{start}{last:02}"))
        .find(|value| run(value.as_bytes()) == Verdict::Valid)
        .unwrap()
}

#[test]
fn check_digits_see_an_error() {
    let known: &[(Run, &str)] = &[
        (luhn_11, "5381204176"),
        (br_rg, "48120417"),
        (cl_rut, "14820417"),
        (cl_rut, "9482041"),
        (ec_cedula, "174820417"),
        (ve_rif, "V14820417"),
        (ar_cuit, "2034820417"),
    ];
    for (run, start) in known {
        let value = passing(*run, start);
        let (digits, _) = errors_seen(*run, &value);
        assert!(digits >= 98, "{value}: {digits}");
    }
    // Remainders of ten share a digit with others.
    for (run, start) in [
        (mx_clabe as Run, "03218048204173529"),
        (br_pis, "1208204173"),
        (pe_ruc, "1048204173"),
        (uy_ci, "3482041"),
        (co_nit, "834820417"),
        (br_health, "70482041735298"),
    ] {
        let value = (0..10)
            .map(|digit| format!("{}{digit}", &start[..start.len() - 1]))
            .find_map(|start| {
                let last = (0..10).map(|last| format!("{start}{last}"));
                let mut right = last.filter(|value| run(value.as_bytes()) == Verdict::Valid);
                right.next()
            })
            .unwrap();
        let (digits, swaps) = errors_seen(run, &value);
        assert!(digits >= 90 && swaps >= 60, "{value}: {digits} {swaps}");
    }
}

#[test]
fn two_check_digits_see_an_error() {
    for (run, start) in [
        (br_cpf as Run, "748204173"),
        (br_cnpj, "748204170001"),
        (br_cnh, "748204173"),
        (br_voter, "7482041716"),
    ] {
        one_error_is_seen(run, &passing_two(run, start));
    }
    let account = format!(
        "{}{}",
        passing_block("0720482"),
        passing_block("4820417352981")
    );
    one_error_is_seen(ar_cbu, &account);
}

/// Digits with the check digit of a block of a CBU behind them.
fn passing_block(digits: &str) -> String {
    let weights = [3, 1, 7, 9].into_iter().cycle();
    let values = digits.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = values.zip(weights).map(|(v, weight)| v * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn letters_and_dates_have_their_places() {
    let curp = |state: &str| format!("{}850721M{state}RNL0", "QUXA");
    let (digits, swaps) = errors_seen(mx_curp, &passing(mx_curp, &curp("JC")));
    assert!(digits > 90 && swaps > 90, "{digits} {swaps}");
    let with = |text: &str| mx_curp(text.as_bytes());
    assert!((0..10).all(|last| with(&format!("{}{last}", curp("QQ"))) == Verdict::Invalid));
    let person = passing(mx_rfc, &format!("{}850721QW", "QUXA"));
    assert_eq!(mx_rfc(person.to_lowercase().as_bytes()), Verdict::Valid);
    let company = passing(mx_rfc, &format!("{}190302QW", "QXA"));
    let (digits, _) = errors_seen(mx_rfc, &company);
    assert!(digits > 95);
    assert_eq!(mx_rfc(b"XAXX010101000"), Verdict::Placeholder);
}

#[test]
fn numbers_for_examples_are_nobodys() {
    let cpf = passing_two_any(br_cpf, "222333666");
    assert_eq!(br_cpf(cpf.as_bytes()), Verdict::Placeholder);
    assert_eq!(br_cpf(&[b'0'; 11]), Verdict::Invalid);
    let rut = (0..10).map(|last| format!("22222222{last}"));
    assert!(
        rut.map(|rut| cl_rut(rut.as_bytes()))
            .any(|v| v == Verdict::Placeholder)
    );
}

fn passing_two_any(run: Run, start: &str) -> String {
    (0..100)
        .map(|last| format!("{start}{last:02}"))
        .find(|value| run(value.as_bytes()) != Verdict::Invalid)
        .unwrap()
}

#[test]
fn companies_of_brazil_may_have_letters() {
    let company = passing_two(br_cnpj, "Q7XA4820K001");
    assert_eq!(br_cnpj(company.to_lowercase().as_bytes()), Verdict::Valid);
    let (digits, _) = errors_seen(br_cnpj, &company);
    assert_eq!(digits, 100);
}

#[test]
fn ruc_of_ecuador_is_a_card_with_an_establishment() {
    let card = passing(ec_cedula, "174820417");
    assert_eq!(ec_ruc(format!("{card}001").as_bytes()), Verdict::Valid);
    assert_eq!(ec_ruc(format!("{card}000").as_bytes()), Verdict::Invalid);
}
