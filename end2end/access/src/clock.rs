//! How times are taken, and the table that shows them.

use std::hint::black_box;
use std::time::Instant;

/// Median and 99th percentile in nanoseconds.
#[derive(Clone, Copy)]
pub struct Times {
    pub median: f64,
    pub p99: f64,
}

impl Times {
    /// None were taken when it is empty.
    pub fn of(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            all.get((all.len() * percent / 100).min(all.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
        };
        Self { median: at(50), p99: at(99) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a measurement are far below 2^52")]
pub fn nanoseconds(since: Instant) -> f64 {
    since.elapsed().as_nanos() as f64
}

/// What reading the clock before and after costs by itself.
pub fn nothing() -> Times {
    Times::of((0..200_000).map(|_| nanoseconds(Instant::now())).collect())
}

/// Times each call by itself, after one round that is not counted. The median cost of reading the clock is taken off;
/// what it costs beyond its median stays in the 99th percentile.
pub fn each<T>(calls: usize, clock: Times, mut call: impl FnMut(usize) -> T) -> Times {
    for place in 0..calls {
        drop(black_box(call(black_box(place))));
    }
    let all = (0..calls).map(|place| {
        let began = Instant::now();
        drop(black_box(call(black_box(place))));
        (nanoseconds(began) - clock.median).max(0.0)
    });
    Times::of(all.collect())
}

/// Times batches of calls and gives the mean of each batch: free of the clock, blind to single late calls.
#[expect(clippy::cast_precision_loss, reason = "batches are small")]
pub fn batches<T>(batches: usize, size: usize, mut call: impl FnMut(usize) -> T) -> Times {
    let all = (0..batches).map(|batch| {
        let began = Instant::now();
        for place in 0..size {
            drop(black_box(call(black_box(batch * size + place))));
        }
        nanoseconds(began) / size as f64
    });
    Times::of(all.collect())
}

/// A line of the table.
struct Line {
    what: String,
    times: Times,
    target: &'static str,
}

/// Everything measured, for one table.
#[derive(Default)]
pub struct Table(Vec<Line>);

fn shown(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        _ if nanoseconds < 1e4 => (nanoseconds, "ns"),
        _ if nanoseconds < 1e6 => (nanoseconds / 1e3, "µs"),
        _ => (nanoseconds / 1e6, "ms"),
    };
    if unit == "ns" && value >= 100.0 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

impl Table {
    pub fn note(&mut self, what: impl Into<String>, times: Times, target: &'static str) {
        let what = what.into();
        eprintln!("{what}: {}, p99 {}", shown(times.median), shown(times.p99));
        self.0.push(Line { what, times, target });
    }

    /// Prints it, each line as a multiple of the first.
    pub fn print(&self) {
        let first = self.0.first().map_or(f64::NAN, |line| line.times.median);
        let heads = ["measurement", "median", "p99", "× first", "wanted"].map(str::to_owned);
        let lines: Vec<[String; 5]> = std::iter::once(heads)
            .chain(self.0.iter().map(|line| {
                let ratio = line.times.median / first;
                let ratio = if ratio < 100.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") };
                [
                    line.what.clone(),
                    shown(line.times.median),
                    shown(line.times.p99),
                    ratio,
                    line.target.to_owned(),
                ]
            }))
            .collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        for [what, median, p99, ratio, target] in &lines {
            let line = format!(
                "{what:<0$}  {median:>1$}  {p99:>2$}  {ratio:>3$}  {target}",
                widths[0], widths[1], widths[2], widths[3]
            );
            println!("{}", line.trim_end());
        }
    }
}
