//! One address: asked for, kept, read for where it leads, and given its end.

use super::captures::Kept;
use super::client::Answer;
use super::crawl::{Crawl, unpack};
use super::end::{End, circle};
use super::journal::{Item, Line};
use super::manners::Manners;
use super::page::{self, Wishes};
use super::polite::{Trouble, out_of_time, said};
use super::sitemap::{self, Sitemap};
use super::unread;
use crate::address::{canonical, joined};
use capmap_model::{Failure, FailureKind};
use std::time::Instant;
use url::Url;

impl Crawl<'_> {
    /// Asks for one address.
    pub(super) fn one(&mut self, item: &Item) -> Result<End, Trouble> {
        let limits = self.polite.manners.limits.clone();
        if self.asked >= limits.max_pages {
            let detail = format!("the limit of {} pages was reached (--max-pages)", limits.max_pages);
            return Err(Failure::new(FailureKind::Limit, detail).into());
        }
        if Instant::now() >= self.polite.until {
            return Err(out_of_time(limits.total_ms).into());
        }
        let url = canonical(&item.url)?;
        self.polite.permit(&url).map_err(|trouble| soften(trouble, item.given))?;
        self.asked += 1;
        let known = self.polite.captures.latest(url.as_str()).cloned();
        let conditions = known.as_ref().map(Kept::conditions).unwrap_or_default();
        let (answer, kept) = match self.polite.ask(&url, &conditions) {
            Err(Trouble::Failed(failure)) if failure.kind == FailureKind::Limit => {
                self.polite.leave_alone(&url, &failure);
                return Err(failure.into());
            }
            other => other?,
        };
        match answer.status {
            200..=299 => self.page(item, &answer, kept),
            304 => match known {
                Some(known) => self.unchanged(item, &url, known),
                None => Err(Failure::new(FailureKind::Io, said(304)).into()),
            },
            301..=303 | 307 | 308 => self.redirect(item, &answer),
            status => Err(Failure::new(FailureKind::Io, said(status)).into()),
        }
    }

    fn page(&mut self, item: &Item, answer: &Answer, kept: Kept) -> Result<End, Trouble> {
        if let Some(cut) = &answer.cut {
            return Err(cut.clone().into());
        }
        let body = unpack(answer, self.polite.manners.limits.expanded_bytes)?;
        self.polite.captures.put_page(answer.url.as_str(), &body)?;
        let said = answer.fields("x-robots-tag").map(|value| Wishes::of(value, Manners::AGENT));
        let wishes = said.fold(Wishes::default(), Wishes::and);
        self.read(item, &answer.url, kept, &body, wishes)
    }

    fn unchanged(&mut self, item: &Item, url: &Url, known: Kept) -> Result<End, Trouble> {
        let most = self.polite.manners.limits.expanded_bytes;
        let body = std::fs::read(self.polite.captures.page(url.as_str())).ok();
        let gone =
            || Failure::new(FailureKind::Io, "unchanged, and its capture is gone; delete captures.jsonl");
        let body = body.or_else(|| self.polite.captures.reread(&known, most)).ok_or_else(gone)?;
        self.polite.captures.put_page(url.as_str(), &body)?;
        self.read(item, url, known, &body, Wishes::default())
    }

    fn read(
        &mut self,
        item: &Item,
        url: &Url,
        kept: Kept,
        body: &[u8],
        wishes: Wishes,
    ) -> Result<End, Trouble> {
        let is_page = matches!(kept.media.as_str(), "" | "text/html" | "application/xhtml+xml");
        if let Some(list) = if is_page { None } else { self.listed(item, body) } {
            let detail =
                format!("a list of {} addresses, each listed itself", list.pages.len() + list.sitemaps.len());
            list.sitemaps.iter().for_each(|url| self.give(url));
            list.pages.iter().for_each(|url| self.give(url));
            return Err(Failure::new(FailureKind::Duplicate, detail).into());
        }
        if matches!(
            kept.media.as_str(),
            "application/xml" | "text/xml" | "application/gzip" | "application/x-gzip"
        ) {
            return Err(unread(&kept.media).into());
        }
        let mut noindex = wishes.noindex;
        if is_page {
            let facts = page::facts(body, url, Manners::AGENT, wishes);
            noindex |= facts.noindex;
            if item.follow {
                facts.links.iter().for_each(|link| self.meet(link, item.depth + 1, true, true));
            }
        }
        if noindex {
            let detail =
                "the page asks not to be indexed (robots: noindex); ask its owner, or pass a saved copy";
            return Err(soften(Failure::new(FailureKind::Refused, detail).into(), item.given));
        }
        Ok(End::Page(Box::new(kept)))
    }

    /// Only somebody who asked for a list by name wants what it lists.
    fn listed(&self, item: &Item, body: &[u8]) -> Option<Sitemap> {
        let most = self.polite.manners.limits.expanded_bytes;
        item.given.then(|| sitemap::parse(body, most)).flatten()
    }

    fn redirect(&mut self, item: &Item, answer: &Answer) -> Result<End, Trouble> {
        let to = answer.field("location").ok_or_else(|| {
            Failure::new(FailureKind::Io, format!("{} without saying where to", said(answer.status)))
        })?;
        let to = joined(&answer.url, to).map_err(|f| Failure::new(f.kind, format!("redirects, but {f}")))?;
        let mut chain = item.chain.clone();
        chain.push(item.url.clone());
        if chain.iter().any(|before| before == to.as_str()) {
            return Err(circle().into());
        }
        let most = self.polite.manners.limits.redirects;
        if chain.len() as u64 > most {
            let detail = format!("more than {most} redirects in a row (redirects)");
            return Err(Failure::new(FailureKind::Limit, detail).into());
        }
        if item.given {
            self.hosts.extend(to.host_str().map(str::to_owned));
        } else if !self.is_ours(&to) {
            let detail = format!("redirects to another site: {to}");
            return Err(Failure::new(FailureKind::PassedBy, detail).into());
        }
        if !self.ends.contains_key(to.as_str()) {
            let next = Item { url: to.to_string(), chain, ..item.clone() };
            self.note(to.as_str(), None);
            self.fresh.push(Line::Item(next.clone()));
            self.queue.push_front(next);
        }
        Ok(End::Redirect(to.to_string()))
    }
}

/// What the site does not want on the way is passed by; what somebody asked for by name is refused.
fn soften(trouble: Trouble, given: bool) -> Trouble {
    match trouble {
        Trouble::Failed(f) if !given && f.kind == FailureKind::Refused => {
            Trouble::Failed(Failure::new(FailureKind::PassedBy, f.detail))
        }
        other => other,
    }
}
