//! The profile: what an applicant knows of itself and no document shows. A small TOML file; what is left out is unknown.

use crate::Date;
use serde::{Deserialize, Deserializer, de::Error as _};
use thiserror::Error;

/// The commented profile that a new applicant fills in.
const TEMPLATE: &str = include_str!("profile.toml");

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// Not TOML, or not of this form.
    #[error("the profile cannot be understood: {0}")]
    Malformed(String),
}

/// What an applicant says of itself.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    pub(crate) organization: Organization,
    pub(crate) membership: Membership,
    pub(crate) certifications: Certifications,
    pub(crate) platform: Platform,
    pub(crate) focus: Focus,
    pub(crate) community: Community,
    pub(crate) contributions: Option<Vec<Contribution>>,
    pub(crate) offering: Offering,
    pub(crate) certified: Certified,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Organization {
    pub name: Option<String>,
    pub parent: Option<String>,
    pub parent_employees: Option<u32>,
    pub unit_employees: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Membership {
    pub finops_foundation: Option<bool>,
    pub linux_foundation: Option<bool>,
    #[serde(deserialize_with = "day")]
    pub until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Certifications {
    pub practitioner: Option<u32>,
    pub engineer: Option<u32>,
    pub professional: Option<u32>,
    pub focus_analyst: Option<u32>,
    pub lapsing: Vec<Lapsing>,
}

/// Some of the certifications counted above end on a day.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lapsing {
    pub kind: Kind,
    pub count: u32,
    #[serde(deserialize_with = "some_day")]
    pub until: Date,
}

/// A kind of individual certification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Practitioner,
    Engineer,
    Professional,
    FocusAnalyst,
}

/// A platform certification that is sought as well; it shares the individuals.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Platform {
    pub sought: bool,
    pub practitioner: Option<u32>,
    pub professional: Option<u32>,
    pub focus_analyst: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Focus {
    pub participants: Option<u32>,
    pub links: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Community {
    pub profile_page: Option<String>,
    pub lists_participants: Option<bool>,
    pub public_case_studies: Option<u32>,
    pub channel: Option<String>,
    #[serde(deserialize_with = "day")]
    pub latest_post: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contribution {
    pub title: String,
    #[serde(deserialize_with = "some_day")]
    pub date: Date,
    #[serde(default)]
    pub link: Option<String>,
    #[serde(default)]
    pub aligned: Option<bool>,
    #[serde(default)]
    pub for_professional: bool,
    #[serde(default, deserialize_with = "day")]
    pub professional_completed: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Offering {
    pub consulting: Option<bool>,
    pub dedicated: Option<bool>,
    pub page: Option<String>,
    pub own: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Certified {
    pub first_application: bool,
    #[serde(deserialize_with = "day")]
    pub date: Option<Date>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ProfileError::Malformed`] with line and reason.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        toml::from_str(text).map_err(|e| ProfileError::Malformed(e.to_string().trim_end().to_owned()))
    }

    /// A commented profile in which everything is still unknown.
    pub fn template() -> &'static str {
        TEMPLATE
    }

    /// The day on which a certification that lasts `months` is to be renewed; none where the profile gives no date.
    pub fn renewal_due(&self, months: u32) -> Option<Date> {
        Some(self.certified.date?.months_after(months))
    }

    /// The applicant's name, where it gives one.
    pub fn name(&self) -> Option<&str> {
        self.organization.name.as_deref()
    }
}

fn day<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Date>, D::Error> {
    some_day(value).map(Some)
}

/// A TOML date, or the same in quotes. A time of day behind it is none.
fn some_day<'de, D: Deserializer<'de>>(value: D) -> Result<Date, D::Error> {
    let text = match toml::Value::deserialize(value)? {
        toml::Value::String(text) => text,
        toml::Value::Datetime(date) => date.to_string(),
        _ => String::new(),
    };
    Date::parse(&text)
        .filter(|date| date.to_string() == text)
        .ok_or_else(|| D::Error::custom("a day is written like this: 2026-11-23"))
}
