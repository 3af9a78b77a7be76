## Training
teaching-form-class = Class
teaching-form-shadowing = Shadowing
teaching-form-sent_to_township = Sent to townships
teaching-form-case_based = By cases
teaching-form-online = Online
credit-category-political = Political theory
credit-category-professional = Professional skills
credit-category-legal = Law
credit-category-practical = Practice of the post
credit-category-general = General knowledge
credit-source-class = Class
credit-source-course = Course
credit-source-exam = Exam
credit-source-import = File
credit-source-correction = Correction
nav-group-training = Training
token-area-training = Training
