## Training
teaching-form-class = 集中培訓
teaching-form-shadowing = 跟班學習
teaching-form-sent_to_township = 送教下鄉
teaching-form-case_based = 以案代訓
teaching-form-online = 網路培訓
credit-category-political = 政治理論
credit-category-professional = 專業能力
credit-category-legal = 法律法規
credit-category-practical = 崗位實務
credit-category-general = 綜合知識
credit-source-class = 培訓班
credit-source-course = 課程
credit-source-exam = 考試
credit-source-import = 匯入
credit-source-correction = 更正
nav-group-training = 培訓
token-area-training = 培訓
