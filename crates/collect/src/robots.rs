//! robots.txt by RFC 9309: what a site asks of programs that visit it.
//!
//! The rules of all groups that name us are joined, else those of `*`. The longest matching pattern decides, and
//! `Allow` wins a tie. `Crawl-delay` is no part of the standard; it is heeded all the same, because it costs only time.

/// Only so much of a file is read (RFC 9309, 2.5).
pub(crate) const LARGEST: usize = 500 * 1024;

/// The rules of one site for one visitor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Robots {
    rules: Vec<Rule>,
    /// Seconds between requests.
    pub(crate) delay: Option<f64>,
    /// Addresses of sitemaps, as written.
    pub(crate) sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allow: bool,
    pattern: String,
}

#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Vec<Rule>,
    delay: Option<f64>,
}

impl Robots {
    /// The rules for the visitor `agent`, in small letters and without version.
    pub(crate) fn parse(bytes: &[u8], agent: &str) -> Robots {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LARGEST)]);
        let mut sitemaps = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut naming = false;
        for (key, value) in text.trim_start_matches('\u{feff}').split(['\n', '\r']).filter_map(line) {
            if key == "sitemap" {
                sitemaps.push(value.to_owned());
            } else if key == "user-agent" {
                if !naming {
                    groups.push(Group::default());
                }
                naming = true;
                groups.iter_mut().last().into_iter().for_each(|g| g.agents.push(product(value)));
            } else if let Some(group) = groups.last_mut() {
                naming &= !group.take(&key, value);
            }
        }
        let (rules, delay) = for_agent(groups, agent);
        Robots { rules, delay, sitemaps }
    }

    /// True where a path, with its query, may be fetched. `/robots.txt` always may.
    pub(crate) fn allows(&self, path: &str) -> bool {
        let path = decoded(path);
        if path == "/robots.txt" {
            return true;
        }
        let hits = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        hits.max_by_key(|rule| (rule.pattern.len(), rule.allow)).is_none_or(|rule| rule.allow)
    }
}

impl Group {
    /// True where the line is a rule, after which a `User-agent` begins a new group.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            // An empty Disallow forbids nothing.
            "allow" | "disallow" if !value.is_empty() => {
                self.rules.push(Rule { allow: key == "allow", pattern: decoded(value) });
            }
            "allow" | "disallow" => {}
            "crawl-delay" => {
                self.delay = value.parse().ok().filter(|d: &f64| d.is_finite() && *d >= 0.0).or(self.delay);
            }
            _ => return false,
        }
        true
    }
}

fn line(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next().unwrap_or("");
    let (key, value) = line.split_once(':')?;
    Some((key.trim().to_ascii_lowercase(), value.trim()))
}

/// `Capmap/1.0 (x)` names `capmap`.
fn product(value: &str) -> String {
    let ends = |c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_' || c == '*');
    value.split(ends).next().unwrap_or("").to_ascii_lowercase()
}

fn for_agent(groups: Vec<Group>, agent: &str) -> (Vec<Rule>, Option<f64>) {
    let named = groups.iter().any(|g| g.agents.iter().any(|a| a == agent));
    let wanted = if named { agent } else { "*" };
    let ours = groups.into_iter().filter(|g| g.agents.iter().any(|a| a == wanted));
    let (mut rules, mut delay) = (Vec::new(), None);
    for group in ours {
        rules.extend(group.rules);
        delay = group.delay.or(delay);
    }
    (rules, delay)
}

/// Escapes undone where that makes one character of plain text; the others in capitals, so that both sides compare.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let byte = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (c, byte) {
            ('%', Some(byte)) => {
                chars.nth(1);
                let plain = byte.is_ascii_graphic() && !b"%/?#*$".contains(&byte);
                if plain { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
            }
            _ if c.is_ascii() => out.push(c),
            _ => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| out.push_str(&format!("%{b:02X}"))),
        }
    }
    out
}

/// `*` stands for anything, `$` at the end for the end; otherwise a beginning matches. Linear: each star takes the first
/// place that fits, which never costs a match because only the last piece can be bound to the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = match pattern.strip_suffix('$') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return !anchored || rest.is_empty() };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    if anchored { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn robots(text: &str) -> Robots {
        Robots::parse(text.as_bytes(), "capmap")
    }

    #[test]
    fn the_longest_pattern_decides_and_allow_wins_a_tie() {
        let r =
            robots("User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /x\nDisallow: /x\n");
        let asked = ["/a/1", "/a/b", "/a/b/c", "/x", "/", "/A"].map(|p| r.allows(p));
        assert_eq!(asked, [false, true, false, true, true, true]);
    }

    #[test]
    fn our_own_group_replaces_that_of_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-Agent: other\nuser-agent: CapMap/2.0\nDisallow: /no # why\n\
                    Crawl-delay: 2.5\nSitemap: /s.xml\nUser-agent: capmap\nDisallow: /nor\n";
        let r = robots(text);
        assert_eq!((r.allows("/yes"), r.allows("/no"), r.allows("/nor/x")), (true, false, false));
        assert_eq!((r.delay, r.sitemaps.as_slice()), (Some(2.5), &["/s.xml".to_owned()][..]));
        assert!(!Robots::parse(text.as_bytes(), "somebody").allows("/yes"));
    }

    #[test]
    fn stars_dollars_and_escapes() {
        let r = robots(
            "user-agent:*\ndisallow:*.pdf$\ndisallow:/*?s=\ndisallow:/ü\ndisallow:/%7ejoe/\ndisallow:/a*b*c$",
        );
        for path in ["/x/y.pdf", "/q?s=1", "/%c3%bc", "/~joe/x", "/a1b2b3c"] {
            assert!(!r.allows(path), "{path}");
        }
        for path in ["/x.pdf?a", "/q?t", "/u", "/~joan", "/a1b2cd"] {
            assert!(r.allows(path), "{path}");
        }
    }

    #[test]
    fn files_that_say_nothing_forbid_nothing() {
        for text in
            ["", "Disallow: /\n", "User-agent: *\nDisallow:\n", "<html>not found</html>", "\u{feff}# hi"]
        {
            assert!(robots(text).allows("/x"), "{text}");
        }
        assert!(robots("User-agent: *\nDisallow: /").allows("/robots.txt"));
        assert!(!robots("\u{feff}User-agent: *\rDisallow: /").allows("/"));
    }

    #[test]
    fn many_stars_cost_no_time() {
        let r = robots(&format!("user-agent:*\ndisallow:/{}x$", "a*".repeat(2000)));
        assert!(r.allows(&format!("/{}", "a".repeat(100_000))));
    }
}
