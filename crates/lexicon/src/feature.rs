//! The signs by which a passage is weighed. Each has a name that the weights file and the explanations use.

/// Which way a sign may speak, whatever a corpus seems to say: corpora are made of the hard cases, where the very name of a
/// capability mostly misleads, and weights fitted to them alone would hold plain words against a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaning {
    /// Only for an offer.
    For,
    /// Only against one.
    Against,
    /// Either.
    Free,
}

macro_rules! leaning {
    (+) => {
        Leaning::For
    };
    (-) => {
        Leaning::Against
    };
    (=) => {
        Leaning::Free
    };
}

/// Declares the features in one place: variant, name in `weights.toml`, leaning, words for people (empty: not told).
macro_rules! features {
    ($($variant:ident $name:literal $leaning:tt $words:literal,)*) => {
        /// One sign.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub(crate) enum Feature { $($variant),* }
        /// Names, in order.
        pub(crate) const NAMES: &[&str] = &[$($name),*];
        /// Leanings, in order.
        pub(crate) const LEANINGS: &[Leaning] = &[$(leaning!($leaning)),*];
        /// What it tells a person when present, in order.
        pub(crate) const WORDS: &[&str] = &[$($words),*];
    };
}

features! {
    Bias "bias" = "",
    Hand "hand-weight" + "",
    Rules "distinct-rules" + "",
    Settled "settled-by-a-rule" + "",
    HeadingNames "heading-names-it" + "its heading names the capability",
    LeadInNames "lead-in-names-it" + "the lead-in of the list names the capability",
    DocumentNames "document-names-it" + "",
    SubjectSentence "subject-in-sentence" + "the sentence speaks of technology cost or usage",
    SubjectBlock "subject-in-passage" + "",
    SubjectAbove "subject-above" + "a heading or lead-in speaks of technology cost or usage",
    SubjectDensity "subject-density" + "",
    Provider "provider-acts" + "the provider acts in the sentence",
    ProviderNear "provider-acts-nearby" + "the provider acts in the passage",
    ProviderLead "provider-lead-in" + "the lead-in has the provider act",
    ServiceAbove "service-heading" + "it stands under a heading or lead-in of services or deliverables",
    Imperative "opens-with-an-activity" + "it opens with an activity",
    Fragment "fragment-without-verb" = "",
    Promise "promise" + "it promises a result to the client",
    Advice "advice" - "it advises the reader",
    Definition "definition" - "it explains a term",
    Pain "client-pain" - "it tells the client's problem",
    Story "past-story" - "it tells what was done for somebody",
    Product "product-feature" - "it tells what a product does",
    Boilerplate "boilerplate" - "it is contract or legal text",
    Pointer "pointer" - "it points elsewhere",
    ClientActs "client-acts" - "the client acts",
    Question "question" - "it is a question",
    Negated "negated" - "",
    AdviceAbove "advice-above" - "it stands under a heading of advice",
    DefinitionAbove "definition-above" - "it stands under a heading that explains",
    PainAbove "pain-above" - "it stands under a heading of problems",
    StoryAbove "story-above" - "it stands in a client story",
    ProductAbove "product-above" - "it stands under a product heading",
    BoilerplateAbove "boilerplate-above" - "it stands under a contract heading",
    RoleSow "role-sow" + "",
    RoleService "role-service-page" + "",
    RoleTerms "role-terms" - "the document is terms",
    RoleBlog "role-article" - "the document is an article or guide",
    RoleStory "role-case-study" - "the document is a case study",
    RoleProposal "role-proposal" + "",
    RolePolicy "role-policy" - "the document is a policy",
    RoleRfp "role-request" - "the document is a buyer's request",
    RoleSheet "role-datasheet" = "the document is a data sheet",
    KindHeading "is-heading" = "",
    KindItem "is-list-item" = "",
    KindRow "is-table-row" = "",
    Short "is-short" = "",
    Long "is-long" = "",
    Others "names-many-capabilities" = "",
    Chrome "site-chrome" - "it stands in a menu, header or footer",
    OfferDensity "document-offers" + "",
    FirstUnder "first-below-heading" = "",
    Profile "profile" + "its words keep the company of this capability",
    ProfileAlone "profile-alone" - "",
    ProfileStrong "profile-strong" + "",
    ProfileBefore "profile-before" + "the passage before speaks of it too",
    ProfileAfter "profile-after" + "the passage after speaks of it too",
    ProfileRank "profile-rank" - "",
    CapabilityOffered "capability-in-passage" + "",
    IsOffer "reads-as-an-offer" + "",
    IsTopic "reads-as-a-topic" - "",
    IsExcluded "reads-as-an-exclusion" - "",
    DocumentFinops "document-names-the-field" + "",
    DocumentSilent "document-never-names-the-field" - "the document never names cloud cost or its management",
    DocumentEvidence "document-evidence" + "",
    DocumentThin "document-without-evidence" - "hardly anything else in the document concerns these capabilities",
    SectionEvidence "section-evidence" + "",
    Named "provider-named" + "the provider acts by its name",
    DocumentVoice "document-voice" + "",
    SectionVoice "section-voice" + "",
    FragmentVoice "fragment-voice" + "",
    DocumentGenre "document-of-a-provider" + "",
    SectionGenre "section-of-a-provider" + "",
    Technology "document-technology" + "",
    DocumentField "document-of-the-field" + "",
    SectionField "section-of-the-field" + "",
    SectionSame "section-same" + "its section speaks of it more than once",
}

/// How many there are.
pub(crate) const COUNT: usize = NAMES.len();

/// The values of all features for one candidate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Features(pub [f32; COUNT]);

impl Default for Features {
    fn default() -> Self {
        let mut values = [0.0; COUNT];
        values[Feature::Bias as usize] = 1.0;
        Features(values)
    }
}

impl Features {
    /// Sets one.
    pub fn set(&mut self, feature: Feature, value: f32) {
        self.0[feature as usize] = value;
    }

    /// Sets one to 1 where `on`.
    pub fn flag(&mut self, feature: Feature, on: bool) {
        if on {
            self.set(feature, 1.0);
        }
    }

    /// The value of one.
    pub fn get(&self, feature: Feature) -> f32 {
        self.0[feature as usize]
    }
}
