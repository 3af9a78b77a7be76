//! Required staff by the workload indicators of staffing need (WISN, WHO).

use serde::{Deserialize, Serialize};

/// The working year of one post, from which the available working time follows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WorkingYear {
    /// Possible days, weekends left out.
    pub possible_days: f64,
    /// Public holidays.
    pub holidays: f64,
    /// Annual leave.
    pub leave: f64,
    /// Sick leave.
    pub sick: f64,
    /// Training.
    pub training: f64,
    /// Hours in a day.
    pub hours_per_day: f64,
}

impl Default for WorkingYear {
    /// 365 − 104 days, 13 holidays (since 2025), 12 days of training (90 credit hours).
    fn default() -> Self {
        Self {
            possible_days: 261.0,
            holidays: 13.0,
            leave: 10.0,
            sick: 5.0,
            training: 12.0,
            hours_per_day: 8.0,
        }
    }
}

impl WorkingYear {
    /// Available working time in days.
    pub fn days(&self) -> f64 {
        self.possible_days - self.holidays - self.leave - self.sick - self.training
    }

    /// Available working time (AWT) in hours; refused when no time is left.
    pub fn hours(&self) -> Result<f64, WisnError> {
        let hours = self.days() * self.hours_per_day;
        if hours.is_finite() && hours > 0.0 { Ok(hours) } else { Err(WisnError::NoWorkingTime) }
    }
}

/// Work of one kind in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// Cases.
    pub volume: f64,
    /// Minutes for one case.
    pub minutes: f64,
}

/// Why no need can be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WisnError {
    /// Holidays and leave use up the year.
    #[error("no working time is left after holidays, leave, sick leave and training")]
    NoWorkingTime,
    /// Category allowances of 100 % or more leave no time for cases.
    #[error("category allowances take all of the working time")]
    AllowancesTakeAll,
    /// A volume, time or share is negative or not a number.
    #[error("volumes, times and shares are finite and not negative")]
    NotANumber,
}

/// The need.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// Staff for the cases alone (S).
    pub service: f64,
    /// Category allowance factor (CAF).
    pub category_factor: f64,
    /// Individual allowance factor (IAF), in staff.
    pub individual: f64,
}

impl Need {
    /// Total staff: S × CAF + IAF.
    pub fn total(&self) -> f64 {
        self.service * self.category_factor + self.individual
    }

    /// Available ÷ total; absent when nothing is needed.
    pub fn ratio(&self, available: f64) -> Option<f64> {
        let total = self.total();
        (total > 0.0).then(|| available / total)
    }

    /// Available − total: a shortage is negative.
    pub fn difference(&self, available: f64) -> f64 {
        available - self.total()
    }
}

/// Required staff for activities, with category allowances (shares) and individual allowances (hours a year).
pub fn need(
    activities: &[Activity],
    awt_hours: f64,
    category_shares: &[f64],
    individual_hours: f64,
) -> Result<Need, WisnError> {
    let good = |value: f64| value.is_finite() && value >= 0.0;
    if !(awt_hours.is_finite() && awt_hours > 0.0) {
        return Err(WisnError::NoWorkingTime);
    }
    let numbers = activities.iter().flat_map(|activity| [activity.volume, activity.minutes]);
    if !numbers.chain(category_shares.iter().copied()).chain([individual_hours]).all(good) {
        return Err(WisnError::NotANumber);
    }
    let shares: f64 = category_shares.iter().sum();
    // Sums of decimal shares are not exact.
    if shares >= 1.0 - 1e-9 {
        return Err(WisnError::AllowancesTakeAll);
    }
    let service =
        activities.iter().map(|activity| activity.volume * activity.minutes / 60.0 / awt_hours).sum();
    Ok(Need { service, category_factor: 1.0 / (1.0 - shares), individual: individual_hours / awt_hours })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A published example (Human Resources for Health 2017, doi 10.1186/s12960-017-0186-3, table 3).
    #[test]
    fn published_example() {
        let year = WorkingYear {
            possible_days: 4.5 * 52.0,
            holidays: 10.0,
            leave: 30.0,
            sick: 15.0,
            training: 0.0,
            hours_per_day: 8.0,
        };
        assert!((year.days() - 179.0).abs() < 1e-9);
        let visits = Activity { volume: 10_000.0 * 10.0, minutes: 15.0 };
        let need = need(&[visits], year.hours().unwrap(), &[10.0 / 179.0], 0.0).unwrap();
        assert!((need.service - 17.46).abs() < 0.005, "{}", need.service);
        assert!((need.category_factor - 179.0 / 169.0).abs() < 1e-12);
        assert!((need.total() - 3125.0 / 169.0).abs() < 1e-9);
    }

    #[test]
    fn errors_are_never_silent() {
        let visits = [Activity { volume: 1.0, minutes: 1.0 }];
        assert_eq!(need(&visits, 1000.0, &[0.6, 0.4], 0.0), Err(WisnError::AllowancesTakeAll));
        assert_eq!(need(&visits, 0.0, &[], 0.0), Err(WisnError::NoWorkingTime));
        assert_eq!(need(&visits, 1000.0, &[-0.1], 0.0), Err(WisnError::NotANumber));
        assert_eq!(
            need(&[Activity { volume: f64::NAN, minutes: 1.0 }], 1000.0, &[], 0.0),
            Err(WisnError::NotANumber)
        );
        let all_leave = WorkingYear { leave: 300.0, ..WorkingYear::default() };
        assert_eq!(all_leave.hours(), Err(WisnError::NoWorkingTime));
    }

    #[test]
    fn zero_volume_needs_nobody() {
        let need = need(&[Activity { volume: 0.0, minutes: 90.0 }], 1768.0, &[0.1], 0.0).unwrap();
        assert!(need.total() == 0.0 && need.ratio(2.0).is_none());
    }

    proptest! {
        #[test]
        fn more_volume_never_lowers_the_need(
            volume in 0.0..1e6_f64, more in 0.0..1e6_f64, minutes in 0.0..1e4_f64, share in 0.0..0.99_f64,
        ) {
            let total = |volume| need(&[Activity { volume, minutes }], 1768.0, &[share], 10.0).unwrap().total();
            prop_assert!(total(volume + more) >= total(volume));
        }

        #[test]
        fn more_staff_never_lowers_the_ratio(
            volume in 1.0..1e6_f64, staff in 0.0..1e3_f64, more in 0.0..1e3_f64,
        ) {
            let need = need(&[Activity { volume, minutes: 30.0 }], 1768.0, &[0.1], 0.0).unwrap();
            prop_assert!(need.ratio(staff + more) >= need.ratio(staff));
            prop_assert!(need.difference(staff + more) >= need.difference(staff));
        }
    }
}
