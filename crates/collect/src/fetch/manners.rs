//! How the program behaves towards other people's servers, and what a visit may cost: every number has a name.

use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;

/// Manners and limits of fetching. Times are in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// Who stands behind the visit: an e-mail address or a URL, sent with every request.
    pub contact: String,
    /// Addresses of the own network may be fetched.
    pub private_network: bool,
    /// Single private addresses that may be fetched although the rest may not.
    pub allowed: Vec<(IpAddr, u16)>,
    /// The numbers.
    pub limits: FetchLimits,
}

/// A setting that is none.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MannersError {
    /// No such name.
    #[error("no fetch setting is called {0:?}; there are: {list}", list = names().join(", "))]
    Unknown(String),
    /// Not `NAME=VALUE`, or no number.
    #[error("{0:?} is not NAME=VALUE with a whole number, or IP:PORT for allow_address")]
    Malformed(String),
    /// Nobody could be reached about the visit.
    #[error(
        "a contact is needed: an e-mail address or a URL, where the site's owner can ask about the visit"
    )]
    NoContact,
}

macro_rules! limits {
    ($($name:ident = $default:literal, $why:literal;)*) => {
        /// The numbers of [`Manners`], each with its reason in [`FetchLimits::rows`].
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs)] // each is explained by its row
        pub struct FetchLimits { $(pub $name: u64,)* }

        impl Default for FetchLimits {
            fn default() -> Self { FetchLimits { $($name: $default,)* } }
        }

        impl FetchLimits {
            /// Name, value and reason of each.
            pub fn rows(&self) -> Vec<(&'static str, u64, &'static str)> {
                vec![$((stringify!($name), self.$name, $why),)*]
            }

            fn slot(&mut self, name: &str) -> Option<&mut u64> {
                match name { $(stringify!($name) => Some(&mut self.$name),)* _ => None }
            }
        }
    };
}

limits! {
    delay_ms = 1000, "between two requests to one host";
    delay_most_ms = 30_000, "a longer Crawl-delay in robots.txt is cut to this";
    connect_ms = 10_000, "to reach a server";
    request_ms = 30_000, "for one answer, from the first byte sent to the last received";
    total_ms = 1_800_000, "for the whole visit";
    retries = 2, "further tries after 429, 5xx or a broken connection";
    backoff_ms = 2000, "before the first further try; doubles with each";
    retry_after_most_ms = 120_000, "a server that asks for a longer wait is left alone for this run";
    max_pages = 200, "pages that are asked for";
    max_depth = 5, "clicks from where the visit began";
    max_met = 20_000, "addresses that are remembered and listed";
    redirects = 10, "redirects in a row";
    page_bytes = 33_554_432, "one answer as it comes over the wire";
    expanded_bytes = 50_331_648, "one answer unpacked";
    sitemaps = 50, "sitemap files that are read";
    path_depth = 12, "parts of a path; deeper ones are traps";
    queries_per_path = 20, "addresses that differ only in their parameters";
    same_shape = 100, "linked addresses that differ only in their numbers, as calendars' do";
}

impl Manners {
    /// The default manners, in the name of `contact`.
    ///
    /// # Errors
    /// [`MannersError::NoContact`] where the contact is neither an e-mail address nor a URL.
    pub fn new(contact: &str) -> Result<Self, MannersError> {
        let contact = contact.trim();
        let clean = contact.chars().all(|c| c.is_ascii_graphic() && c != '(' && c != ')');
        let mail = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        let page = contact.starts_with("https://") || contact.starts_with("http://");
        if !clean || !(mail || page) {
            return Err(MannersError::NoContact);
        }
        Ok(Manners {
            contact: contact.to_owned(),
            private_network: false,
            allowed: Vec::new(),
            limits: FetchLimits::default(),
        })
    }

    /// Changes one number by `NAME=VALUE`, or adds an address by `allow_address=IP:PORT`.
    ///
    /// # Errors
    /// [`MannersError`] where there is no such name, or the value is none.
    pub fn set(&mut self, setting: &str) -> Result<(), MannersError> {
        let malformed = || MannersError::Malformed(setting.to_owned());
        let (name, value) = setting.split_once('=').ok_or_else(malformed)?;
        if name == "allow_address" {
            let at: std::net::SocketAddr = value.parse().map_err(|_| malformed())?;
            self.allowed.push((at.ip(), at.port()));
            return Ok(());
        }
        let slot = self.limits.slot(name).ok_or_else(|| MannersError::Unknown(name.to_owned()))?;
        *slot = value.parse().map_err(|_| malformed())?;
        Ok(())
    }

    /// The name under which robots.txt knows the program.
    pub(crate) const AGENT: &'static str = "capmap";

    /// What is sent as `User-Agent`.
    pub fn user_agent(&self) -> String {
        let at = if self.contact.contains("://") { "" } else { "mailto:" };
        format!("{}/{} (+{at}{})", Self::AGENT, env!("CARGO_PKG_VERSION"), self.contact)
    }
}

impl FetchLimits {
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

fn names() -> Vec<&'static str> {
    let rows = FetchLimits::default().rows();
    rows.iter().map(|row| row.0).chain(["allow_address"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_way_to_reach_somebody() {
        for bad in ["", "me", "@", "a b@c.d", "x@y", "a@b.c\r\nX: y", "ftp://a"] {
            assert_eq!(Manners::new(bad), Err(MannersError::NoContact), "{bad}");
        }
        let agent = |contact| Manners::new(contact).unwrap().user_agent();
        assert!(agent("me@example.org").ends_with(" (+mailto:me@example.org)"));
        assert!(agent("https://example.org/us").ends_with(" (+https://example.org/us)"));
    }

    #[test]
    fn settings_by_name() {
        let mut manners = Manners::new("me@example.org").unwrap();
        manners.set("delay_ms=5").unwrap();
        manners.set("allow_address=127.0.0.1:80").unwrap();
        assert_eq!((manners.limits.delay_ms, manners.allowed.len()), (5, 1));
        assert!(manners.set("delay=5").unwrap_err().to_string().contains("delay_ms"));
        assert!(manners.set("delay_ms=fast").is_err());
    }
}
