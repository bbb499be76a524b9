//! Addresses of pages: which may be fetched at all, and one spelling for each.
//!
//! Two spellings of one page must not be fetched twice, and an address from a page must not lead the program into the
//! network that it runs in. Nothing of a credential in an address is ever kept, so that it cannot be printed either.

use capmap_model::{Failure, FailureKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Longer addresses are refused: no page that people link to needs them.
const LONGEST: usize = 2_000;

/// Parameters that say who came from where, and change nothing on the page.
const TRACKING: [&str; 13] = [
    "gclid",
    "fbclid",
    "msclkid",
    "dclid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
];

/// Parameters that name a visit.
const SESSION: [&str; 7] =
    ["phpsessid", "jsessionid", "aspsessionid", "sid", "sessionid", "session_id", "cfid"];

/// The canonical address of `text`: http or https, no fragment, no credentials, no tracking, no session.
///
/// # Errors
/// A [`Failure`] of kind `Refused` that does not repeat the address.
pub fn canonical(text: &str) -> Result<Url, Failure> {
    let refused = |why: &str| Failure::new(FailureKind::Refused, why);
    let url = Url::parse(text.trim()).map_err(|e| refused(&format!("not an address: {e}")))?;
    normalized(url)
}

/// The canonical address that a link on the page `base` leads to.
///
/// # Errors
/// As [`canonical`].
pub fn joined(base: &Url, link: &str) -> Result<Url, Failure> {
    let url = base.join(link.trim());
    let url =
        url.map_err(|e| Failure::new(FailureKind::Refused, format!("the link is not an address: {e}")))?;
    normalized(url)
}

fn normalized(mut url: Url) -> Result<Url, Failure> {
    let refused = |why: String| Err(Failure::new(FailureKind::Refused, why));
    if !matches!(url.scheme(), "http" | "https") {
        return refused(format!("only http and https are fetched, not {}", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("the address holds a user name or password; give it without".to_owned());
    }
    if url.as_str().len() > LONGEST {
        return refused(format!("the address is longer than {LONGEST} characters"));
    }
    let rooted =
        url.host_str().filter(|host| host.ends_with('.')).map(|h| h.trim_end_matches('.').to_owned());
    if let Some(host) = rooted
        && url.set_host(Some(&host)).is_err()
    {
        return refused("the host is no name".to_owned());
    }
    url.set_fragment(None);
    let path = unescaped(without_session(url.path()));
    url.set_path(&path);
    let query = url.query().map(kept_parameters).filter(|q| !q.is_empty());
    url.set_query(query.as_deref());
    Ok(url)
}

/// `/a;jsessionid=1` is `/a`.
fn without_session(path: &str) -> &str {
    let lower = path.to_ascii_lowercase();
    lower.find(";jsessionid=").map_or(path, |at| &path[..at])
}

fn kept_parameters(query: &str) -> String {
    let drops = |part: &&str| {
        let name = part.split('=').next().unwrap_or("").to_ascii_lowercase();
        !part.is_empty()
            && !name.starts_with("utm_")
            && !TRACKING.contains(&name.as_str())
            && !SESSION.contains(&name.as_str())
    };
    unescaped(&query.split('&').filter(drops).collect::<Vec<_>>().join("&"))
}

/// Escapes of letters, digits, `-`, `.`, `_` and `~` undone, the others in capitals (RFC 3986, 6.2.2).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let byte = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.map(char::from) {
            Some(c) if c.is_ascii_alphanumeric() || "-._~".contains(c) => out.push(c),
            Some(_) => out.push_str(&rest[at..at + 3].to_ascii_uppercase()),
            None => out.push('%'),
        }
        rest = &rest[at + if byte.is_some() { 3 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// `scheme://host:port`, the unit of robots.txt.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The IP address that stands in place of a name, however it is written (`0x7f.1`, `2130706433`).
pub(crate) fn literal_ip(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        Host::Domain(_) => None,
    }
}

/// True for addresses of the public internet; false for private, loopback, link-local (where clouds keep their metadata
/// service), shared, reserved, documentation and multicast ones, also where an IPv6 address carries such a one inside.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => embedded(ip).map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    // Azure's host service answers at a public number from inside only.
    !special && ip != Ipv4Addr::new(168, 63, 129, 16)
}

/// The IPv4 address inside a mapped, compatible, 6to4 or NAT64 address.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] if high != 0 => Some(v4(high, low)),
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

/// Only 2000::/3 is given out; within it Teredo, benchmarks, ORCHID and documentation are not places.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let special = (s[0] == 0x2001 && (s[1] < 0x200 || s[1] == 0xdb8)) || s[0] >= 0x3fff;
    s[0] & 0xe000 == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) -> String {
        canonical(text).unwrap().to_string()
    }

    #[test]
    fn one_spelling_for_one_page() {
        assert_eq!(same("HTTP://Example.COM:80/a/../b/#top"), "http://example.com/b/");
        assert_eq!(same("https://example.com./?utm_source=x&a=1&PHPSESSID=9"), "https://example.com/?a=1");
        assert_eq!(same("https://example.com/%7euser/%c3%a9?"), "https://example.com/~user/%C3%A9");
        assert_eq!(same("https://example.com/a;jsessionid=8?b"), "https://example.com/a?b");
        assert_eq!(same("https://example.com/100%"), "https://example.com/100%");
    }

    #[test]
    fn other_schemes_and_credentials_are_refused_without_repeating_them() {
        for text in ["file:///etc/passwd", "ftp://a.example/", "gopher://a", "javascript:1", "http://", "a b"]
        {
            assert_eq!(canonical(text).unwrap_err().kind, FailureKind::Refused, "{text}");
        }
        let secret = canonical("https://ann:hunter2@example.com/").unwrap_err();
        assert!(!secret.detail.contains("hunter2") && !secret.detail.contains("ann"), "{secret}");
    }

    #[test]
    fn private_places_in_every_dress() {
        let private = [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[2002:a00:1::]/",
            "http://[::127.0.0.1]/",
            "http://[2001:db8::1]/",
            "http://[ff02::1]/",
            "http://255.255.255.255/",
            "http://168.63.129.16/",
            "http://[fd00:ec2::254]/",
            "http://198.18.0.1/",
            "http://[2001::1]/",
        ];
        for text in private {
            let ip = literal_ip(&canonical(text).unwrap());
            assert!(!is_public(ip.unwrap()), "{text}");
        }
        for text in [
            "http://93.184.216.34/",
            "http://[2606:2800:220:1::1]/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
        ] {
            assert!(is_public(literal_ip(&canonical(text).unwrap()).unwrap()), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn canonical_is_settled(text in "https?://[a-z.]{1,8}/[a-zA-Z0-9%;=&?/._~#-]{0,30}") {
            if let Ok(url) = canonical(&text) {
                proptest::prop_assert_eq!(canonical(url.as_str()).unwrap(), url);
            }
        }
    }
}
