## Training
teaching-form-class = 集中培训
teaching-form-shadowing = 跟班学习
teaching-form-sent_to_township = 送教下乡
teaching-form-case_based = 以案代训
teaching-form-online = 网络培训
credit-category-political = 政治理论
credit-category-professional = 专业能力
credit-category-legal = 法律法规
credit-category-practical = 岗位实务
credit-category-general = 综合知识
credit-source-class = 培训班
credit-source-course = 课程
credit-source-exam = 考试
credit-source-import = 导入
credit-source-correction = 更正
nav-group-training = 培训
token-area-training = 培训
