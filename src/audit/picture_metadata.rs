//! Where a picture was taken, and by whom.
//!
//! In: Exif tags of pictures. Out: a finding for a position, and for the name
//! of an owner or the number of a device.

use super::Doc;
use crate::blob::Fact;
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const POSITION: Doc = Doc {
    id: "picture-position",
    description: "Picture that tells where it was taken",
    category: Category::PersonalData,
    group: "pictures",
    severity: Severity::Medium,
    why: "A phone writes the place to within a few metres: often somebody's home.",
    fix: "Strip the metadata: `exiftool -all= FILE`, or save the pixels anew.",
};

pub(super) const OWNER: Doc = Doc {
    id: "picture-owner",
    description: "Picture that names its owner or device",
    category: Category::PersonalData,
    group: "pictures",
    severity: Severity::Low,
    why: "A name or a serial number ties the picture to a person, and to everything else that device took.",
    fix: "Strip the metadata: `exiftool -all= FILE`, or save the pixels anew.",
};

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    let Fact::Metadata { key, .. } = fact else {
        return;
    };
    let Some(tag) = key.strip_prefix("exif/") else {
        return;
    };
    let doc = match tag {
        "GPSPosition" => POSITION,
        "CameraOwnerName" | "BodySerialNumber" | "LensSerialNumber" | "CameraSerialNumber"
        | "XPAuthor" => OWNER,
        _ => return,
    };
    let mut finding = doc.inside(path, &format!("{}/exif@{tag}", route.as_str()));
    finding.evidence.push(tag.to_owned());
    sink(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let told = |key: &str| {
            let mut found = vec![];
            let fact = Fact::Metadata { key, value: b"x" };
            super::fact("a.jpg", &Route::default(), &fact, &mut |finding| {
                found.push(finding.rule);
            });
            found
        };
        assert_eq!(told("exif/GPSPosition"), [POSITION.id]);
        assert_eq!(told("exif/BodySerialNumber"), [OWNER.id]);
        assert!(told("exif/Artist").is_empty());
        assert!(told("GPSPosition").is_empty());
    }
}
