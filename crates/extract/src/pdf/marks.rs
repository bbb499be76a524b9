//! Filled and stroked paths as areas and rules.

use super::collector::Collector;
use super::ink::{Box4, Fill, Rule, intersect};
use hayro_interpret::DrawProps;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect};

/// Fills narrower than this are rules, not areas.
pub(super) const RULE_WIDTH: f64 = 3.0;
/// Fills smaller than this (square points) can neither back nor cover text.
const SMALLEST_FILL: f64 = 12.0;
/// Fills over more than this share of the page are its ground.
const GROUND_SHARE: f64 = 0.4;
/// More fills or rules than this on one page are a drawing, not a layout; the rest is left out.
pub(super) const MOST_MARKS: usize = 20_000;

/// Bullets are of this many points.
const DOT: std::ops::Range<f64> = 1.2..12.0;

impl Collector<'_> {
    /// One path often holds many rectangles (all borders of a table): each is a mark of its own.
    pub(super) fn add_fills(&mut self, path: &BezPath, props: &DrawProps<'_>, opaque: bool) {
        let starts = path.elements().iter().filter(|e| matches!(e, PathEl::MoveTo(_))).count();
        let straight = !path.elements().iter().any(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..)));
        if starts < 2 || !straight {
            return self.add_fill(path, props, opaque, starts < 2);
        }
        let mut part = BezPath::new();
        for &element in path.elements() {
            if matches!(element, PathEl::MoveTo(_)) && !part.elements().is_empty() {
                self.add_fill(&part, props, opaque, false);
                part.truncate(0);
            }
            part.push(element);
        }
        self.add_fill(&part, props, opaque, false);
    }

    /// `sure` is false where another part of the same path may leave a hole in this one.
    fn add_fill(&mut self, path: &BezPath, props: &DrawProps<'_>, opaque: bool, sure: bool) {
        let place = props.transform;
        self.ink.shapes += u32::from(path.elements().len() > 5);
        let bounds = place.transform_rect_bbox(path.control_box());
        self.add_dot(bounds);
        if bounds.width() < RULE_WIDTH || bounds.height() < RULE_WIDTH {
            if bounds.width().max(bounds.height()) >= RULE_WIDTH {
                self.add_rule(bounds, false);
            }
            return;
        }
        if bounds.area() < SMALLEST_FILL || self.ink.fills.len() >= MOST_MARKS {
            return;
        }
        let (clip, exact_clip) = self.clip();
        let area = intersect(clip, to_box(bounds));
        let rectangular = is_rectangle(path, place);
        let color = self.color(&props.paint).filter(|_| exact_clip && sure);
        // the ground of a page or of a column has no edges that part anything
        let ground = color.is_some_and(|c| c[..3].iter().all(|&v| v >= 250));
        if rectangular
            && !ground
            && f64::from(self.ink.width * self.ink.height) * GROUND_SHARE > bounds.area()
        {
            for edge in edges(area) {
                self.add_rule(edge, true);
            }
        }
        let small = path.elements().len() <= 64;
        self.ink.fills.push(Fill {
            area,
            color: color.filter(|_| rectangular || small),
            shape: (!rectangular && small).then(|| Box::new(place * path.clone())),
            opaque: opaque && exact_clip && color.is_some_and(|c| c[3] >= 250) && (rectangular || small),
            image: false,
            order: self.order,
        });
    }

    /// Keeps a mark that is small and about as wide as high.
    pub(super) fn add_dot(&mut self, bounds: Rect) {
        let (width, height) = (bounds.width(), bounds.height());
        let small = DOT.contains(&width) && DOT.contains(&height);
        if small && (0.6..1.7).contains(&(width / height)) && self.ink.dots.len() < MOST_MARKS {
            self.ink.dots.push(to_box(bounds));
        }
    }

    pub(super) fn add_rule(&mut self, area: Rect, edge: bool) {
        if self.ink.rules.len() < MOST_MARKS {
            let area = intersect(self.clip().0, to_box(area));
            if area[2] >= area[0] && area[3] >= area[1] {
                self.ink.rules.push(Rule { area, edge });
            }
        }
    }

    pub(super) fn add_stroke(&mut self, path: &BezPath, place: Affine) {
        self.add_dot(place.transform_rect_bbox(path.control_box()));
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            let to = match *element {
                PathEl::MoveTo(p) => {
                    (start, last) = (place * p, place * p);
                    continue;
                }
                PathEl::LineTo(p) => place * p,
                PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => {
                    last = place * p;
                    continue;
                }
                PathEl::ClosePath => start,
            };
            if (to.x - last.x).abs() < 0.5 || (to.y - last.y).abs() < 0.5 {
                self.add_rule(Rect::from_points(last, to), false);
            }
            last = to;
        }
    }
}

/// A rectangle in the page's numbers.
pub(super) fn to_box(r: Rect) -> Box4 {
    [r.x0 as f32, r.y0 as f32, r.x1 as f32, r.y1 as f32]
}

fn edges(b: Box4) -> [Rect; 4] {
    let [x0, y0, x1, y1] = b.map(f64::from);
    [
        Rect::new(x0, y0, x1, y0),
        Rect::new(x0, y1, x1, y1),
        Rect::new(x0, y0, x0, y1),
        Rect::new(x1, y0, x1, y1),
    ]
}

/// True for one closed rectangle along the axes.
pub(super) fn is_rectangle(path: &BezPath, place: Affine) -> bool {
    let [a, b, c, d, _, _] = place.as_coeffs();
    let upright = (b.abs() < 1e-6 && c.abs() < 1e-6) || (a.abs() < 1e-6 && d.abs() < 1e-6);
    let mut corners = 0;
    let mut last: Option<Point> = None;
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) if last.is_none() => last = Some(p),
            PathEl::LineTo(p) => {
                let from = last.unwrap_or(p);
                if (p.x - from.x).abs() > 0.01 && (p.y - from.y).abs() > 0.01 {
                    return false;
                }
                corners += 1;
                last = Some(p);
            }
            PathEl::ClosePath => {}
            _ => return false,
        }
    }
    upright && (3..=4).contains(&corners)
}
