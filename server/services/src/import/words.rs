//! The words of enumerations: what files may write, and what exports do.

use domain::assignment::{Form, Function, InstrumentKind};
use domain::case::CaseResult;
use domain::catalogue::lists::List;
use domain::clock::PauseReason;
use domain::duty::Role;
use domain::funding::FundingSource;
use domain::people::StaffKind;
use domain::power::{PowerType, Risk};
use domain::unit::UnitKind;
use std::str::FromStr;

/// Each value with its Chinese words, the one that exports write first. Codes are understood as well, with
/// spaces or underscores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<T: 'static>(&'static [(T, &'static [&'static str])]);

impl<T: Copy + PartialEq + FromStr> Words<T> {
    /// The value that a text names.
    pub(crate) fn find(self, text: &str) -> Option<T> {
        let known = self.0.iter().find(|(_, words)| words.contains(&text)).map(|(value, _)| *value);
        known.or_else(|| text.trim().to_lowercase().replace([' ', '-'], "_").parse().ok())
    }

    /// The word that exports write.
    pub(crate) fn word(self, value: T) -> &'static str {
        let words = self.0.iter().find(|(each, _)| *each == value).map(|(_, words)| *words);
        words.and_then(|words| words.first()).copied().unwrap_or_default()
    }

    /// The words that exports write, for an error that says what is allowed.
    pub(crate) fn all(self) -> Vec<String> {
        self.0.iter().filter_map(|(_, words)| words.first()).map(|&word| word.to_owned()).collect()
    }
}

pub(crate) const UNIT_KINDS: Words<UnitKind> = Words(&[
    (UnitKind::Province, &["省", "自治区", "直辖市"]),
    (UnitKind::City, &["市", "地级市", "州", "设区市"]),
    (UnitKind::County, &["县", "区", "县区", "县(市、区)", "县级市", "旗"]),
    (UnitKind::Department, &["部门", "局", "县级部门", "县直部门", "委办局", "机关"]),
    (UnitKind::Township, &["乡镇", "乡", "镇", "乡(镇)"]),
    (UnitKind::Subdistrict, &["街道", "街道办", "街道办事处"]),
    (UnitKind::Centre, &["便民服务中心", "便民中心", "政务服务中心", "中心", "事业单位", "center"]),
    (UnitKind::Team, &["队所", "队", "所", "中队", "站所", "执法队"]),
]);

pub(crate) const POWER_TYPES: Words<PowerType> = Words(&[
    (PowerType::Licence, &["行政许可", "许可", "license", "行政审批"]),
    (PowerType::Penalty, &["行政处罚", "处罚"]),
    (PowerType::Coercion, &["行政强制", "强制"]),
    (PowerType::Levy, &["行政征收", "征收"]),
    (PowerType::Payment, &["行政给付", "给付"]),
    (PowerType::Inspection, &["行政检查", "检查", "行政监督检查"]),
    (PowerType::Confirmation, &["行政确认", "确认"]),
    (PowerType::Award, &["行政奖励", "奖励"]),
    (PowerType::Adjudication, &["行政裁决", "裁决"]),
    (PowerType::Other, &["其他行政权力", "其他", "其他权力", "其他类", "其它", "其它行政权力"]),
    (PowerType::PublicService, &["公共服务", "公共服务事项", "政务服务"]),
]);

pub(crate) const RISKS: Words<Risk> = Words(&[
    (Risk::High, &["高", "高风险"]),
    (Risk::Medium, &["中", "中风险", "一般"]),
    (Risk::Low, &["低", "低风险"]),
]);

pub(crate) const ROLES: Words<Role> = Words(&[
    (Role::Organization, &["组织部门", "编办"]),
    (Role::Manager, &["承接单位负责人", "单位负责人", "负责人"]),
    (Role::Handler, &["经办人", "办理人"]),
    (Role::Approver, &["审批人", "决定人"]),
    (Role::Supervisor, &["监管人"]),
    (Role::Trainer, &["培训人", "培训教师"]),
    (Role::Trainee, &["学员"]),
    (Role::Leader, &["领导"]),
    (Role::Auditor, &["审计人员", "审计"]),
    (Role::Administrator, &["系统管理员", "管理员"]),
]);

pub(crate) const STAFF_KINDS: Words<StaffKind> = Words(&[
    (StaffKind::Established, &["在编", "编内", "行政编制", "事业编制"]),
    (StaffKind::Stationed, &["派驻"]),
    (StaffKind::Redeployed, &["下沉"]),
    (StaffKind::OnLoan, &["借调"]),
    (StaffKind::Auxiliary, &["辅助", "辅助人员", "协管", "协辅"]),
    (StaffKind::Contract, &["合同", "合同制", "聘用", "编外"]),
]);

pub(crate) const FORMS: Words<Form> = Words(&[
    (Form::Statutory, &["法定"]),
    (Form::Conferral, &["赋权", "交由", "赋予", "赋权下放", "赋权(交由)", "赋予(交由)"]),
    (Form::Entrustment, &["委托", "委托下放"]),
    (Form::ReviewAndStamp, &["实质审核"]),
    (Form::FrontWindow, &["窗口前移", "受理前移"]),
    (Form::Stationing, &["派驻"]),
    (Form::CoOperation, &["配合", "cooperation"]),
    (Form::Recalled, &["收回"]),
]);

pub(crate) const FUNCTIONS: Words<Function> = Words(&[
    (Function::Accept, &["受理"]),
    (Function::Review, &["审查", "审核"]),
    (Function::Approve, &["决定", "审批"]),
    (Function::Supervise, &["监管", "监督"]),
    (Function::Inspect, &["检查"]),
    (Function::Penalise, &["处罚", "penalize"]),
    (Function::LegalReview, &["法制审核"]),
    (Function::Hear, &["听证"]),
]);

pub(crate) const DUTY_LISTS: Words<List> = Words(&[
    (List::Basic, &["基本履职", "基本履职事项清单", "基本", "基本职责"]),
    (List::CoOperating, &["配合履职", "配合履职事项清单", "配合", "配合职责"]),
    (List::Recalled, &["上级部门收回", "上级部门收回事项清单", "收回", "上收"]),
]);

pub(crate) const INSTRUMENTS: Words<InstrumentKind> = Words(&[
    (InstrumentKind::Acceptance, &["承接确认书", "确认书"]),
    (InstrumentKind::EntrustmentAgreement, &["委托协议", "委托书", "委托协议书"]),
    (InstrumentKind::RecallDecision, &["收回决定", "收回决定书"]),
]);

pub(crate) const SOURCES: Words<FundingSource> = Words(&[
    (FundingSource::GeneralTransfer, &["一般转移支付", "一般性转移支付"]),
    (FundingSource::SpecialTransfer, &["专项转移支付", "专项资金", "专项"]),
    (FundingSource::Department, &["部门经费", "部门预算"]),
    (FundingSource::Own, &["自有资金", "自筹", "自有"]),
]);

pub(crate) const CASE_RESULTS: Words<CaseResult> = Words(&[
    (CaseResult::Granted, &["准予", "准予许可", "同意", "通过", "批准", "办结", "予以许可"]),
    (CaseResult::Refused, &["不予", "不予许可", "不同意", "不通过", "驳回"]),
    (CaseResult::Penalised, &["处罚", "予以处罚", "给予处罚", "行政处罚"]),
    (CaseResult::Spared, &["不予处罚", "免予处罚", "不罚"]),
    (CaseResult::Withdrawn, &["撤回", "终止", "撤销申请", "撤件", "退件"]),
]);

pub(crate) const PAUSE_REASONS: Words<PauseReason> = Words(&[
    (PauseReason::Hearing, &["听证", "举行听证"]),
    (PauseReason::Test, &["检验检测", "检验", "检测"]),
    (PauseReason::Inspection, &["检疫勘验", "检疫", "勘验", "现场勘验", "现场核查"]),
    (PauseReason::ExpertReview, &["鉴定评审", "专家评审", "鉴定", "评审"]),
]);
