//! Powers: the items of a catalogue.

use crate::code::codes;
use crate::id::PowerId;
use crate::{Date, Fen};
use serde::{Deserialize, Serialize};

codes! {
    /// What kind of administrative act a power is.
    PowerType, "power-type" {
        /// 行政许可
        Licence = "licence",
        /// 行政处罚
        Penalty = "penalty",
        /// 行政强制
        Coercion = "coercion",
        /// 行政征收
        Levy = "levy",
        /// 行政给付
        Payment = "payment",
        /// 行政检查
        Inspection = "inspection",
        /// 行政确认
        Confirmation = "confirmation",
        /// 行政奖励
        Award = "award",
        /// 行政裁决
        Adjudication = "adjudication",
        /// 其他行政权力
        Other = "other",
        /// 公共服务
        PublicService = "public_service",
    }
}

codes! {
    /// How much harm a wrong decision does.
    Risk, "risk" {
        /// 高
        High = "high",
        /// 中
        Medium = "medium",
        /// 低
        Low = "low",
    }
}

/// One article on which a power stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalBasis {
    /// Law and article, as published.
    pub citation: String,
    /// In force from; unknown when absent.
    pub from: Option<Date>,
    /// Last day in force; still in force when absent.
    pub to: Option<Date>,
}

impl LegalBasis {
    /// Whether it is in force on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}

/// A thing that handling a power needs, and how many of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequiredItem {
    /// Equipment, seal or system account.
    pub item: String,
    /// How many.
    pub quantity: u32,
}

/// Whether a power rests for good reason between its cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Used in one season of the year only.
    pub seasonal: bool,
    /// Used in emergencies only.
    pub emergency: bool,
}

impl Rhythm {
    /// Whether twelve months without a case say nothing about it.
    pub const fn may_rest(self) -> bool {
        self.seasonal || self.emergency
    }
}

/// One item of administrative power in one version of a catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Identifier.
    pub id: PowerId,
    /// Catalogue it stands in.
    pub catalogue: String,
    /// Version of the catalogue.
    pub version: String,
    /// Code, or row number where the catalogue has no codes; unique in the version.
    pub code: String,
    /// Name.
    pub name: String,
    /// Type.
    pub power_type: PowerType,
    /// Field of work (领域), by which boards group powers.
    pub field: String,
    /// Articles it stands on.
    pub legal_bases: Vec<LegalBasis>,
    /// Department that held it before, as published.
    pub original_department: String,
    /// Form of transfer, as published.
    pub published_form: String,
    /// Time limit set by law, in working days.
    pub statutory_days: Option<u32>,
    /// Time limit promised, in working days.
    pub promised_days: Option<u32>,
    /// Working time of one case, in minutes.
    pub minutes_per_case: u32,
    /// Kinds of certificate that its handlers hold.
    pub certificates: Vec<String>,
    /// Courses that its handlers completed.
    pub courses: Vec<String>,
    /// Equipment, seals and accounts.
    pub equipment: Vec<RequiredItem>,
    /// Risk.
    pub risk: Risk,
    /// Season and emergency.
    pub rhythm: Rhythm,
    /// Handlers needed, where it differs from the rule for the type.
    pub min_people: Option<u32>,
    /// Money that one case costs beside working time.
    pub cost_per_case: Fen,
    /// Remarks, as published.
    pub remarks: String,
    /// Where it was published.
    pub source: String,
}

/// The field of work that a department's name tells: without brackets, level (省市县区) and suffix (局、委员会…).
pub fn field_of_department(department: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for character in department.chars() {
        match character {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    let last = |text: &str, marks: &[char]| {
        text.rsplit(marks).map(str::trim).find(|part| !part.is_empty()).unwrap_or_default().to_owned()
    };
    let plain = plain.rsplit("人民政府").find(|part| !part.trim().is_empty()).unwrap_or_default().to_owned();
    let plain = last(&last(&plain, &['、', '，', ',']), &['县', '区', '市', '省']);
    let plain = plain.strip_prefix('级').unwrap_or(&plain);
    let suffixes = ["委员会", "救援大队", "大队", "主管部门", "部门", "局", "委", "厅", "办公室", "办"];
    let field = suffixes.iter().find_map(|suffix| plain.strip_suffix(suffix)).unwrap_or(plain);
    field.to_owned()
}

#[cfg(test)]
mod tests {
    use super::field_of_department;

    #[test]
    fn fields() {
        for (department, field) in [
            ("县自然资源局", "自然资源"),
            ("巩义市民政局", "民政"),
            ("区消防救援大队", "消防"),
            ("昆山市卫生和健康委员会", "卫生和健康"),
            ("交通运输(领域)", "交通运输"),
            ("县民政局(会同财政局、残联)", "民政"),
            ("城市、县人民政府城乡规划主管部门", "城乡规划"),
            ("市、县（市）人民政府城乡规划主管部门", "城乡规划"),
            ("区政务服务办", "政务服务"),
            ("(县级部门，报道未列)", ""),
            ("(报道未列)", ""),
            ("", ""),
        ] {
            assert_eq!(field_of_department(department), field, "{department}");
        }
    }
}
