use super::*;
#[test]
#[ignore]
fn dump() {
    for path in std::env::var("DUMP").unwrap().split(' ') {
        let mut f = std::fs::File::open(path).unwrap();
        let mut head = vec![0; 512];
        let n = f.read(&mut head).unwrap();
        println!("== {path} {}", looks_like_pickle(&head[..n]));
        std::io::Seek::rewind(&mut f).unwrap();
        let end = walk(&mut f, &mut |e| {
            match e {
                PickleEvent::Str {
                    offset,
                    bytes,
                    map,
                    key,
                    ends,
                } => {
                    let mut t = String::from_utf8_lossy(bytes).into_owned();
                    if t.len() > 60 {
                        t = format!("{} bytes ..{:?}", t.len(), &t[t.len() - 10..])
                    }
                    println!("{offset} {key:?} = {t:?} map {} {ends}", map.len());
                }
                e => println!("{e:?}"),
            }
            ControlFlow::Continue(())
        });
        println!("{end:?}");
    }
}
