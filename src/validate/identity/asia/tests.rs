//! Numbers made here pass, and wrong digits are seen.

use super::super::tests::{errors_seen, one_error_is_seen, passing};
use super::*;

type Run = fn(&[u8]) -> Verdict;

#[test]
fn check_digits_see_an_error() {
    for (run, start) in [
        (in_aadhaar as Run, "48204173529"),
        (in_vid, "482041735298164"),
        (sg_nric, "S4820417"),
        (sg_nric, "T0482041"),
        (sg_nric, "F4820417"),
        (sg_nric, "G4820417"),
        (sg_nric, "M4820417"),
        (sg_uen, "48204173"),
        (sg_uen, "201482041"),
    ] {
        one_error_is_seen(run, &passing(run, start));
    }
    for (run, start) in [
        (th_tnin as Run, "310148204173"),
        (ph_tin, "48204173"),
        (sg_uen, "T14RF4820"),
    ] {
        let (digits, swaps) = errors_seen(run, &passing(run, start));
        assert!(digits >= 80 && swaps >= 60, "{start}: {digits} {swaps}");
    }
}

#[test]
fn taxpayers_of_india_are_of_a_kind() {
    let pan = |letters: &str| in_pan(format!("{letters}4821K").as_bytes());
    assert_eq!(pan("QXAPR"), Verdict::Valid);
    assert_eq!(pan("qxapr"), Verdict::Valid);
    assert_eq!(pan("QXADR"), Verdict::Invalid);
    let start = |state: u32| format!("{state:02}{}4821K1Z", "QXAPR");
    let gstin = passing(in_gstin, &start(27));
    one_error_is_seen(in_gstin, &gstin);
    assert_eq!(
        in_gstin_form(format!("{}0", start(27)).as_bytes()),
        Verdict::Valid
    );
    for state in [0, 39, 98] {
        let wrong = format!("{}5", start(state));
        assert_eq!(in_gstin_form(wrong.as_bytes()), Verdict::Invalid, "{wrong}");
    }
}

#[test]
fn dates_and_places_are_possible() {
    let my = |date: &str, place: u32| my_nric(format!("{date}-{place:02}-4821").as_bytes());
    assert_eq!(my("850721", 14), Verdict::Valid);
    assert_eq!(my("851321", 14), Verdict::Invalid);
    assert_eq!(my("850721", 70), Verdict::Invalid);
    let nik = |place: u32, date: &str| id_nik(format!("{place}{date}0021").as_bytes());
    assert_eq!(nik(317_204, "210785"), Verdict::Valid);
    assert_eq!(nik(317_204, "610785"), Verdict::Valid);
    assert_eq!(nik(317_204, "320785"), Verdict::Invalid);
    assert_eq!(nik(417_204, "210785"), Verdict::Invalid);
    let lk = |text: &str| lk_nic(text.as_bytes());
    assert_eq!(lk(&format!("85{}4821V", 703)), Verdict::Valid);
    assert_eq!(lk(&format!("85{}4821V", 903)), Verdict::Invalid);
    assert_eq!(lk(&format!("1985{}04821", 203)), Verdict::Valid);
    assert_eq!(lk(&format!("1885{}04821", 203)), Verdict::Invalid);
    let vn = |text: String| vn_cccd(text.as_bytes());
    assert_eq!(vn(format!("{:03}185004821", 79)), Verdict::Valid);
    assert_eq!(vn(format!("{:03}185004821", 179)), Verdict::Invalid);
    let cnic = |first: u32| pk_cnic(format!("{first}5202-4820417-3").as_bytes());
    assert_eq!((cnic(3), cnic(9)), (Verdict::Valid, Verdict::Invalid));
}

#[test]
fn plates_have_a_state() {
    let plate = |state: &str| in_vehicle(format!("{state} 05 QX 4821").as_bytes());
    assert_eq!(
        (plate("MH"), plate("QQ")),
        (Verdict::Valid, Verdict::Invalid)
    );
    assert_eq!(in_vehicle(b"22 BH 4821 QX"), Verdict::Valid);
    assert_eq!(in_vehicle(b"MH 05 QX 0000"), Verdict::Invalid);
}
