//! Logistic regression with a quadratic penalty for many sparse columns: coordinate ascent in the dual, one passage at a time.
//! The same on every machine: the order of the passages is drawn from a fixed seed.

/// Passages as sparse rows, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    entries: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

impl Rows {
    /// Adds a row.
    pub fn push(&mut self, row: impl Iterator<Item = (u32, f32)>) {
        self.entries.extend(row);
        self.ends.push(self.entries.len());
    }

    fn row(&self, i: usize) -> &[(u32, f32)] {
        let from = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.entries[from..self.ends[i]]
    }
}

/// Rounds over all passages at most.
const ROUNDS: usize = 40;

/// Done when no passage's share of its cost moves by more than this in a round.
const STILL: f32 = 0.01;

/// Weights and bias that separate the rows that are true from those that are not.
pub(crate) fn solve(rows: &Rows, columns: usize, known: &[(usize, bool)], cost: f32) -> (Vec<f32>, f32) {
    let (mut weights, mut bias) = (vec![0.0f32; columns], 0.0f32);
    // The bias is a column that every row has.
    let squares: Vec<f32> =
        known.iter().map(|(i, _)| 1.0 + rows.row(*i).iter().map(|(_, x)| x * x).sum::<f32>()).collect();
    let mut pulls = vec![0.0f32; known.len()];
    let mut order: Vec<usize> = (0..known.len()).collect();
    let mut seed = 1u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut seed);
        let mut moved = 0.0f32;
        for at in &order {
            let (i, yes) = known[*at];
            let sign = if yes { 1.0 } else { -1.0 };
            let row = rows.row(i);
            let sum: f32 = row.iter().map(|(c, x)| weights[*c as usize] * x).sum::<f32>() + bias;
            let pull = balance(squares[*at], sign * sum, pulls[*at], cost);
            let step = pull - pulls[*at];
            moved = moved.max(step.abs() / cost);
            pulls[*at] = pull;
            row.iter().for_each(|(c, x)| weights[*c as usize] += sign * step * x);
            bias += sign * step;
        }
        if moved < STILL {
            break;
        }
    }
    (weights, bias)
}

/// How hard one row pulls, 0 to `cost`, when all others stay: where what it still gets wrong equals what it pulls. Solved for
/// `t`, the log-odds of the pull's share of the cost: `square * (cost * share(t) - before) + margin + t = 0`, which only rises.
fn balance(square: f32, margin: f32, before: f32, cost: f32) -> f32 {
    let (mut low, mut high) = (-margin - square * cost, -margin + square * cost);
    let mut t = -margin;
    for _ in 0..50 {
        let share = 1.0 / (1.0 + (-t).exp());
        let value = square * (cost * share - before) + margin + t;
        if value.abs() < 1e-4 {
            break;
        }
        if value > 0.0 {
            high = t
        } else {
            low = t
        }
        let next = t - value / (1.0 + square * cost * share * (1.0 - share));
        t = if next > low && next < high { next } else { (low + high) / 2.0 };
    }
    cost / (1.0 + (-t).exp())
}

/// Puts the rows in another order.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for i in (1..order.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(i, (*seed >> 33) as usize % (i + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_it_weighs_and_the_bias_is_how_rare_it_is() {
        let mut rows = Rows::default();
        let mut known = Vec::new();
        for i in 0..100 {
            let yes = i % 5 == 0;
            rows.push([(u32::from(yes), 1.0), (2, 1.0)].into_iter());
            known.push((i, yes));
        }
        let (weights, bias) = solve(&rows, 3, &known, 10.0);
        let says = |column: usize| weights[column] + weights[2] + bias;
        assert!(says(1) > 2.0 && says(0) < -2.0, "{weights:?} {bias}");
        assert_eq!((weights.clone(), bias), solve(&rows, 3, &known, 10.0), "the same each time");
    }

    #[test]
    fn a_column_that_tells_nothing_leaves_the_share() {
        let mut rows = Rows::default();
        let known: Vec<(usize, bool)> = (0..1000).map(|i| (i, i % 4 == 0)).collect();
        known.iter().for_each(|_| rows.push([(0, 1.0)].into_iter()));
        let (weights, bias) = solve(&rows, 1, &known, 10.0);
        assert!((weights[0] + bias - (0.25f32 / 0.75).ln()).abs() < 0.05, "{weights:?} {bias}");
    }
}
