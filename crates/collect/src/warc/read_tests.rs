use super::super::write::{Exchange, Writer};
use super::*;
use std::io::Write;

fn exchange<'a>(url: &'a str, headers: &'a [(String, Vec<u8>)], body: &'a [u8]) -> Exchange<'a> {
    Exchange {
        url,
        time: 1_795_392_000,
        request: b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
        status: 200,
        headers,
        body,
        peer: None,
        truncated: None,
        confirms: None,
        facts: &[],
    }
}

fn field(name: &str, value: &str) -> (String, Vec<u8>) {
    (name.to_owned(), value.as_bytes().to_vec())
}

#[test]
fn what_is_written_is_read_back_from_the_start_and_from_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.warc.gz");
    let mut writer = Writer::create(&path, 1_795_392_000, "test").unwrap();
    let headers = [field("Content-Type", "text/html; charset=\"ISO-8859-1\"")];
    let one = writer.add(&exchange("https://a.example/1", &headers, b"one")).unwrap();
    let two = writer.add(&exchange("https://a.example/2", &headers, b"two\r\n\r\nWARC/1.1\r\n")).unwrap();
    assert_eq!(two.end, std::fs::metadata(&path).unwrap().len());
    let all: Vec<Captured> = Records::open(&path, 100).unwrap().map(Result::unwrap).collect();
    let urls: Vec<&str> = all.iter().map(|c| c.url.as_str()).collect();
    assert_eq!(urls, ["https://a.example/1", "https://a.example/2"]);
    assert_eq!((all[0].media.as_str(), all[0].charset.as_deref()), ("text/html", Some("iso-8859-1")));
    assert_eq!((all[0].record.as_str(), all[0].time.as_str()), (one.record.as_str(), "2026-11-23T00:00:00Z"));
    let there = Records::at(&path, two.offset, 100).unwrap().next().unwrap().unwrap();
    assert_eq!(there, all[1]);
    assert_eq!(there.body.unwrap(), b"two\r\n\r\nWARC/1.1\r\n");
    assert_ne!(one.record, two.record);
}

#[test]
fn files_of_other_tools_packed_or_not() {
    let http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\none\r\n2\r\n!!\r\n0\r\n\r\n";
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/>\r\nwarc-date: 2020-01-01T00:00:00Z\r\n\
         Content-Type: application/http;\r\n msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let text =
        format!("WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n{record}{record}");
    let dir = tempfile::tempdir().unwrap();
    for packed in [false, true] {
        let path = dir.path().join(format!("{packed}.warc"));
        let mut whole = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        whole.write_all(text.as_bytes()).unwrap();
        let packed_bytes = whole.finish().unwrap();
        std::fs::write(&path, if packed { packed_bytes.as_slice() } else { text.as_bytes() }).unwrap();
        let all: Vec<Captured> = Records::open(&path, 100).unwrap().map(Result::unwrap).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((all[1].url.as_str(), all[1].body.as_deref()), ("http://a.example/", Ok(&b"one!!"[..])));
    }
}

#[test]
fn cut_and_broken_files_give_what_they_have_and_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.warc.gz");
    let mut writer = Writer::create(&path, 0, "test").unwrap();
    writer.add(&exchange("https://a.example/1", &[], b"one")).unwrap();
    let whole = std::fs::read(&path).unwrap();
    writer.add(&exchange("https://a.example/2", &[], b"two")).unwrap();
    let longer = std::fs::read(&path).unwrap();
    std::fs::write(&path, &longer[..whole.len() + 40]).unwrap();
    let all: Vec<_> = Records::open(&path, 100).unwrap().collect();
    assert!(all[0].is_ok() && all[1].is_err() && all.len() == 2);
    std::fs::write(&path, "no captures here\n").unwrap();
    assert!(Records::open(&path, 100).unwrap().next().unwrap().is_err());
}

#[test]
fn large_answers_are_skipped_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.warc.gz");
    let mut writer = Writer::create(&path, 0, "test").unwrap();
    let large = vec![b'x'; 300_000];
    writer.add(&exchange("https://a.example/1", &[], &large)).unwrap();
    writer.add(&exchange("https://a.example/2", &[], b"two")).unwrap();
    let all: Vec<Captured> = Records::open(&path, 1000).unwrap().map(Result::unwrap).collect();
    assert!(all[0].body.is_err());
    assert_eq!(all[1].body.as_deref(), Ok(&b"two"[..]));
}
