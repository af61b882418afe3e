# Stepwise Cox models from R, step by step, by SPSS's rules: Rscript tests/oracle/stepwise.R
#
# Forward: the smallest P of the score test below 0.05 enters, the largest P of the likelihood
# ratio above 0.10 leaves; backward starts from all. A block of columns moves together.
# Writes stepwise.json beside the tables. Made with R 4.2.2, survival 3.5-3.

suppressPackageStartupMessages({library(survival); library(jsonlite)})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 60)

fitted <- function(d, columns, ties) {
  if (!length(columns)) return(list(loglik = rep(null_loglik(d, ties), 2), coef = numeric(0)))
  coxph(as.formula(paste("Surv(time, event) ~", paste(columns, collapse = "+"))), d,
        ties = ties, control = exact)
}
null_loglik <- function(d, ties) coxph(Surv(time, event) ~ 1, d, ties = ties)$loglik[1]
three <- function(statistic, df) list(statistic = statistic, df = df,
                                      p = pchisq(statistic, df, lower.tail = FALSE))
likelihood_ratio <- function(d, large, small, ties) {
  a <- fitted(d, large, ties); b <- fitted(d, small, ties)
  three(2 * (tail(a$loglik, 1) - tail(b$loglik, 1)), length(large) - length(small))
}
score <- function(d, model, added, ties) {
  start <- c(coef(fitted(d, model, ties)), rep(0, length(added)))
  formula <- as.formula(paste("Surv(time, event) ~", paste(c(model, added), collapse = "+")))
  found <- suppressWarnings(coxph(formula, d, ties = ties, init = start,
                                  control = coxph.control(iter.max = 0)))
  three(unname(found$score), length(added))
}

walk <- function(d, blocks, method, ties) {
  columns <- function(names) unlist(blocks[names], use.names = FALSE)
  model <- if (method == "backward") names(blocks) else character(0)
  steps <- list(); seen <- list(sort(model))
  been <- function(m) any(sapply(seen, identical, sort(m)))
  move <- function(m, action, name, test) {
    force(name)
    if (been(m)) return(FALSE)
    seen[[length(seen) + 1]] <<- sort(m); model <<- m
    steps[[length(steps) + 1]] <<- c(
      list(action = action, factor = name), test,
      list(minus_two_loglik = -2 * tail(fitted(d, columns(m), ties)$loglik, 1)))
    TRUE
  }
  remove <- function() {
    if (!length(model)) return(FALSE)
    tests <- lapply(model, function(n)
      likelihood_ratio(d, columns(model), columns(setdiff(model, n)), ties))
    worst <- which.max(sapply(tests, `[[`, "p"))
    if (tests[[worst]]$p <= .10) return(FALSE)
    move(setdiff(model, model[worst]), "removed", model[worst], tests[[worst]])
  }
  enter <- function() {
    outside <- setdiff(names(blocks), model)
    if (!length(outside)) return(FALSE)
    tests <- lapply(outside, function(n) score(d, columns(model), blocks[[n]], ties))
    best <- which.min(sapply(tests, `[[`, "p"))
    if (tests[[best]]$p >= .05) return(FALSE)
    move(c(model, outside[best]), "entered", outside[best], tests[[best]])
  }
  if (method == "backward") while (remove()) {}
  while (enter()) while (remove()) {}
  list(chosen = I(names(blocks)[names(blocks) %in% model]), steps = steps)
}

one_by_one <- function(d, blocks, ties)
  lapply(blocks, function(b) likelihood_ratio(d, b, character(0), ties))

cases <- list(
  list(data = "veteran", blocks = list(trt = "trt", cell = c("cell_small", "cell_adeno", "cell_large"),
       karno = "karno", diagtime = "diagtime", age = "age", prior = "prior")),
  list(data = "lung", blocks = list(sex = "sex", age = "age", ph_ecog = "ph_ecog",
       ph_karno = "ph_karno", wt_loss = "wt_loss")),
  list(data = "haic24_quasi", blocks = list(ehm = "ehm", num_ge5 = "num_ge5", dia_ge5 = "dia_ge5",
       line3 = "line3", ras_mut = "ras_mut", ecog1 = "ecog1")))
result <- list()
for (case in cases) {
  d <- read.csv(file.path(folder, paste0(case$data, ".csv")), na.strings = c("", "NA"))
  d <- d[complete.cases(d[unlist(case$blocks)]), ]
  for (ties in c("efron", "breslow"))
    result[[length(result) + 1]] <- list(
      data = case$data, ties = ties, n = nrow(d), blocks = lapply(case$blocks, I),
      forward = walk(d, case$blocks, "forward", ties),
      backward = walk(d, case$blocks, "backward", ties),
      univariable = one_by_one(d, case$blocks, ties))
}
writeLines(toJSON(result, digits = I(15), auto_unbox = TRUE, pretty = 1),
           file.path(folder, "stepwise.json"))
