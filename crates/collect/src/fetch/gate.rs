//! Which machines may be spoken to. A name is resolved once per request, here; every address is checked, and the client
//! connects to exactly these: a name cannot point elsewhere between the check and the connection.

use super::manners::Manners;
use crate::address::{is_public, literal_ip};
use capmap_model::{Failure, FailureKind};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Turns a host's name into addresses. Passed in, so that tests can play a server of names.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The system's own names.
pub fn system_lookup() -> Lookup {
    Arc::new(|host| Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
}

/// Checks addresses before anything is sent.
#[derive(Clone)]
pub(crate) struct Gate {
    lookup: Lookup,
    private: bool,
    allowed: Vec<(IpAddr, u16)>,
    pins: Pins,
}

/// Checked addresses by name; the only ones that the client finds.
#[derive(Clone, Default)]
pub(crate) struct Pins(Arc<Mutex<BTreeMap<String, Vec<SocketAddr>>>>);

impl Gate {
    pub(crate) fn new(manners: &Manners, lookup: Lookup) -> Gate {
        let (private, allowed) = (manners.private_network, manners.allowed.clone());
        Gate { lookup, private, allowed, pins: Pins::default() }
    }

    pub(crate) fn pins(&self) -> Pins {
        self.pins.clone()
    }

    /// Lets an address pass, and pins its name. Blocks while the name is resolved.
    pub(crate) fn pass(&self, url: &Url) -> Result<(), Failure> {
        let port = url.port_or_known_default().unwrap_or(0);
        if let Some(ip) = literal_ip(url) {
            return self.check(ip, port, "is");
        }
        let host = url.host_str().unwrap_or_default();
        let found = (self.lookup)(host).map_err(|_| unknown(host))?;
        if found.is_empty() {
            return Err(unknown(host));
        }
        found.iter().try_for_each(|&ip| self.check(ip, port, "resolves to"))?;
        let addresses = found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        self.pins.lock().insert(host.to_ascii_lowercase(), addresses);
        Ok(())
    }

    fn check(&self, ip: IpAddr, port: u16, how: &str) -> Result<(), Failure> {
        if self.private || is_public(ip) || self.allowed.contains(&(ip, port)) {
            return Ok(());
        }
        let detail = format!(
            "the host {how} {ip}, which is not on the public internet; \
             allow it with --allow-private-network if the site is your own"
        );
        Err(Failure::new(FailureKind::Refused, detail))
    }
}

fn unknown(host: &str) -> Failure {
    Failure::new(FailureKind::Io, format!("no machine is called {host}; check the name and the network"))
}

impl Pins {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<SocketAddr>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for Pins {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lock().get(&name.as_str().to_ascii_lowercase()).cloned();
        Box::pin(async move {
            let addresses = found.ok_or("the name was not checked")?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(answer: &'static [&'static str]) -> Gate {
        let answers = Arc::new(Mutex::new(answer.iter().cycle()));
        let lookup: Lookup =
            Arc::new(move |_| Ok(vec![answers.lock().unwrap().next().unwrap().parse().unwrap()]));
        Gate::new(&Manners::new("a@b.example").unwrap(), lookup)
    }

    fn refusal(gate: &Gate, url: &str) -> Option<Failure> {
        gate.pass(&Url::parse(url).unwrap()).err()
    }

    #[test]
    fn names_that_lead_inside_are_refused() {
        for inside in [&["10.0.0.1"], &["169.254.169.254"], &["::ffff:127.0.0.1"]] {
            let failure = refusal(&gate(inside), "https://example.com/").unwrap();
            assert!(failure.detail.contains("resolves to"), "{failure}");
        }
        assert_eq!(refusal(&gate(&["93.184.216.34"]), "https://example.com/"), None);
    }

    #[test]
    fn a_name_that_changes_its_mind_is_asked_and_checked_each_time() {
        let gate = gate(&["93.184.216.34", "127.0.0.1"]);
        assert_eq!(refusal(&gate, "https://example.com/"), None);
        assert!(refusal(&gate, "https://example.com/").is_some());
        let pinned = gate.pins.lock().get("example.com").cloned().unwrap();
        assert_eq!(pinned, ["93.184.216.34:443".parse().unwrap()]);
    }

    #[test]
    fn one_port_of_one_machine_can_be_allowed() {
        let mut manners = Manners::new("a@b.example").unwrap();
        manners.set("allow_address=127.0.0.1:8080").unwrap();
        let gate = Gate::new(&manners, system_lookup());
        assert_eq!(refusal(&gate, "http://127.0.0.1:8080/"), None);
        assert!(refusal(&gate, "http://127.0.0.1:8081/").is_some());
        assert!(refusal(&gate, "http://localhost:1/").is_some());
    }
}
