# The report of benchmarks/survival.py by R: the same curves, tests, models and tables.
#
#   Rscript benchmarks/survival.R REGISTRY.csv
#
# Prints the processor seconds of the report and of reading the file, in that order. Packages:
# survival (tested with R 4.2.2, survival 3.5-3).

suppressMessages(library(survival))

path <- commandArgs(trailingOnly = TRUE)[1]
processor <- function(code) {
  used <- system.time(code, gcFirst = TRUE)
  as.numeric(used["user.self"] + used["sys.self"])
}
reading <- processor(frame <- read.csv(path, stringsAsFactors = TRUE))
factors <- paste0("factor_", 0:7)
terms <- paste0("event_", 0:5)
month <- 365.25 / 12

read_off <- function(fit) {
  quantile(fit, 0.5)
  summary(fit, times = c(6, 12), extend = TRUE)
}

report <- function(frame) {
  for (endpoint in c("os", "pfs")) {
    months <- frame[[paste0(endpoint, "_days")]] / month
    event <- as.integer(frame[[paste0(endpoint, "_event")]] == "True")
    y <- Surv(months, event)
    read_off(survfit(y ~ 1, conf.type = "log-log"))
    for (name in factors) {
      read_off(survfit(y ~ frame[[name]], conf.type = "log-log"))
      survdiff(y ~ frame[[name]])
    }
  }
  os <- Surv(frame$os_days / month, as.integer(frame$os_event == "True"))
  for (name in factors) summary(coxph(os ~ frame[[name]], ties = "efron"))
  joint <- as.formula(paste("os ~", paste(factors[1:6], collapse = "+")))
  summary(coxph(joint, data = frame, ties = "efron"))
  for (name in factors[-1]) chisq.test(table(frame[[name]], frame$factor_0), correct = FALSE)
  for (part in split(frame$age, frame$factor_0)) quantile(part, c(0.25, 0.5, 0.75))
  t.test(age ~ factor_0, data = frame)
  wilcox.test(age ~ factor_0, data = frame, exact = FALSE)
  for (name in terms) table(cut(frame[[name]], c(0, 2, 4, 5)))
}

suppressWarnings(report(frame[seq_len(min(nrow(frame), 24)), ]))
seconds <- processor(suppressWarnings(report(frame)))
cat(seconds, reading, "\n")
