# Reference results from R in the form of this folder, for any table of times.
#
#   Rscript tests/oracle/make.R DATA.csv [--groups a,b] [--strata s] [--cox x,y] [--trend g]
#           [--marks 6,12] [--tau 12,24] [--exact yes]
#
# DATA.csv: time, event (1 = event) and covariates; an empty cell is missing. An event of 2
# makes it a set of competing risks. Writes DATA.json (or DATA_competing.json) beside it.
# Made with R 4.2.2, survival 3.5-3, cmprsk 2.2-11; jsonlite writes the file.

suppressPackageStartupMessages({library(survival); library(jsonlite)})

given <- commandArgs(trailingOnly = TRUE)
option <- function(name, default = character(0)) {
  at <- match(paste0("--", name), given)
  if (is.na(at)) default else strsplit(given[at + 1], ",")[[1]]
}
file <- given[1]
data <- read.csv(file, na.strings = c("", "NA"), check.names = FALSE)
finite <- function(x) {
  if (is.list(x)) return(lapply(x, finite))
  if (is.numeric(x)) x[!is.finite(x)] <- NA
  x
}
write_out <- function(result, target) {
  text <- toJSON(finite(result), digits = I(15), na = "null", null = "null", auto_unbox = TRUE)
  writeLines(text, target)
}
many <- function(x) I(as.vector(x))

area <- function(fit, tau) {
  found <- survival:::survmean(fit, rmean = tau)$matrix
  list(tau = tau, rmst = unname(found["rmean"]), se = unname(found["se(rmean)"]))
}

interval <- function(d, type, marks) {
  fit <- survfit(Surv(time, event) ~ 1, data = d, conf.type = type)
  q <- quantile(fit, c(.25, .5, .75))
  last <- max(d$time)
  list(lower = many(fit$lower), upper = many(fit$upper), quantile = many(q$quantile),
       q_lower = many(q$lower), q_upper = many(q$upper),
       marks = lapply(marks, function(t) {
         if (t > last) return(list(t = t, surv = list(), n_risk = list()))
         s <- summary(fit, times = t)
         list(t = t, surv = many(s$surv), se = many(s$std.err), lower = many(s$lower),
              upper = many(s$upper), n_risk = many(s$n.risk))
       }))
}

# SPSS: standard error of S at the median, over the density between the 55 and 45 % points.
spss_median <- function(fit) {
  close <- 1e-11
  below <- fit$surv <= .5 + close
  if (!any(below)) return(c(NA, NA))
  median <- fit$time[below][1]
  above <- fit$time[fit$surv >= .55 - close & fit$n.event > 0]
  under <- fit$time[fit$surv <= .45 + close]
  k <- which(fit$time == median)
  if (!length(under) || fit$surv[k] == 0) return(c(median, NA))
  u <- if (length(above)) max(above) else 0
  l <- min(under)
  if (l <= u) return(c(median, NA))
  at <- function(t) if (t %in% fit$time) fit$surv[fit$time == t] else 1
  density <- (at(u) - at(l)) / (l - u)
  c(median, fit$surv[k] * fit$std.err[k] / density)
}

curve <- function(d, marks, taus) {
  fit <- survfit(Surv(time, event) ~ 1, data = d)
  last <- max(d$time)
  follow <- quantile(survfit(Surv(time, 1 - event) ~ 1, data = d), .5)
  spss <- spss_median(fit)
  whole <- if (last > 0) area(fit, last) else list(rmst = 0, se = 0)
  list(n = nrow(d), events = sum(d$event), time = many(fit$time), n_risk = many(fit$n.risk),
       n_event = many(fit$n.event), n_censor = many(fit$n.censor), surv = many(fit$surv),
       se_log = many(fit$std.err), se = many(ifelse(fit$surv == 0, 0, fit$surv * fit$std.err)),
       cumhaz_na = many(fit$cumhaz), ci_plain = interval(d, "plain", marks),
       ci_log = interval(d, "log", marks), ci_loglog = interval(d, "log-log", marks),
       median_spss = spss[1], median_spss_se = spss[2], mean_to_last = whole$rmst,
       mean_to_last_se = whole$se, rmst = lapply(taus[taus <= last], function(t) area(fit, t)),
       median_followup_reverse_km = many(c(follow$quantile, follow$lower, follow$upper)))
}

# Weights by the number at risk: Gehan (SPSS's Breslow) and Tarone-Ware, layer by layer.
weighted <- function(time, event, group, layer, power) {
  levels <- sort(unique(group)); k <- length(levels)
  u <- numeric(k); v <- matrix(0, k, k)
  for (s in unique(layer)) {
    i <- layer == s
    for (t in sort(unique(time[i & event == 1]))) {
      risk <- sapply(levels, function(g) sum(i & group == g & time >= t))
      dead <- sapply(levels, function(g) sum(i & group == g & time == t & event == 1))
      n <- sum(risk); d <- sum(dead); w <- n ^ power
      u <- u + w * (dead - d * risk / n)
      if (n > 1) v <- v + w^2 * d * (n - d) / (n - 1) * (diag(risk / n, k) - outer(risk, risk) / n^2)
    }
  }
  kept <- -k
  chisq <- drop(t(u[kept]) %*% solve(v[kept, kept, drop = FALSE]) %*% u[kept])
  list(chisq = chisq, df = k - 1, p = pchisq(chisq, k - 1, lower.tail = FALSE))
}

tested <- function(d, group, layer = NULL) {
  d$g <- d[[group]]; d$s <- if (is.null(layer)) 1 else d[[layer]]
  d <- d[!is.na(d$g) & !is.na(d$s), ]
  if (length(unique(d$g)) < 2) return(NULL)
  of <- function(rho) {
    found <- if (is.null(layer)) survdiff(Surv(time, event) ~ g, data = d, rho = rho)
             else survdiff(Surv(time, event) ~ g + strata(s), data = d, rho = rho)
    sums <- function(x) if (is.matrix(x)) rowSums(x) else x
    df <- sum(sums(found$exp) > 0) - 1
    list(levels = many(as.character(sort(unique(d$g)))), n = many(found$n),
         obs = many(sums(found$obs)), exp = many(sums(found$exp)), chisq = found$chisq, df = df,
         p = pchisq(found$chisq, df, lower.tail = FALSE))
  }
  list(group = group, strata = layer, n = nrow(d), rho0 = of(0), rho1 = of(1),
       gehan = weighted(d$time, d$event, d$g, d$s, 1),
       tarone_ware = weighted(d$time, d$event, d$g, d$s, .5))
}

trend <- function(d, group) {
  d$x <- d[[group]]; d <- d[!is.na(d$x), ]
  u <- 0; v <- 0
  for (t in sort(unique(d$time[d$event == 1]))) {
    risk <- d$x[d$time >= t]; dead <- d$x[d$time == t & d$event == 1]
    n <- length(risk); m <- length(dead)
    u <- u + sum(dead) - m * mean(risk)
    if (n > 1) v <- v + m * (n - m) / (n - 1) * mean((risk - mean(risk))^2)
  }
  z <- u / sqrt(v)
  list(group = group, scores = many(sort(unique(d$x))), chisq = z^2, z = z,
       p = pchisq(z^2, 1, lower.tail = FALSE))
}

tests_of <- function(fit) {
  s <- summary(fit)
  three <- function(x) many(c(x[[1]], x[[2]], x[[3]]))
  list(lr = three(s$logtest), score = three(s$sctest), wald_global = three(s$waldtest))
}

hazards <- function(formula, d, ties, label) {
  fit <- coxph(formula, data = d, ties = ties,
               control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 60))
  b <- unname(coef(fit)); se <- sqrt(diag(fit$var)); z <- b / se
  e <- qnorm(.975)
  result <- list(formula = label, ties = ties, n = fit$n, nevent = fit$nevent,
                 names = many(names(coef(fit))), coef = many(b), se = many(se), wald = many(z^2),
                 z = many(z), p = many(pchisq(z^2, 1, lower.tail = FALSE)), hr = many(exp(b)),
                 hr_lower = many(exp(b - e * se)), hr_upper = many(exp(b + e * se)),
                 loglik0 = fit$loglik[1], loglik = fit$loglik[2], cov = fit$var)
  result <- c(result, tests_of(fit))
  if (ties == "exact") return(result)
  result$concordance <- unname(fit$concordance["concordance"])
  result$concordance_se <- unname(fit$concordance["std"])
  for (scale in c("km", "rank", "identity", "log")) {
    # The logarithm of a time of 0 doesn't exist.
    if (scale == "log" && any(d$time == 0 & d$event == 1)) next
    z <- try(cox.zph(fit, transform = scale, terms = FALSE)$table, silent = TRUE)
    if (inherits(z, "try-error")) next
    result[[paste0("zph_", scale)]] <- list(names = many(rownames(z)), chisq = many(z[, 1]),
                                            df = many(z[, 2]), p = many(z[, 3]))
  }
  if (!grepl("strata", label)) {
    base <- basehaz(fit, centered = FALSE)
    result$basehaz <- list(time = many(base$time), hazard = many(base$hazard))
    for (kind in c("martingale", "deviance"))
      result[[kind]] <- many(unname(residuals(fit, type = kind)))
    result$score_resid <- unname(as.matrix(residuals(fit, type = "score")))
    result$dfbeta <- unname(as.matrix(residuals(fit, type = "dfbeta")))
    result$schoenfeld <- unname(as.matrix(residuals(fit, type = "schoenfeld")))
  }
  result
}

models <- function(d, names, layer, ties_asked) {
  right <- paste(names, collapse = "+")
  if (!is.null(layer)) right <- paste0(right, "+strata(", layer, ")")
  formula <- as.formula(paste("Surv(time, event) ~", right))
  label <- paste("Surv(time,event)~", right)
  found <- list()
  for (ties in ties_asked) found[[ties]] <- hazards(formula, d, ties, label)
  found
}

marks <- as.numeric(option("marks")); taus <- as.numeric(option("tau"))
groups <- option("groups"); covariates <- option("cox"); layer <- option("strata")
stem <- sub("\\.csv$", "", file)

if (any(data$event == 2)) {
  suppressPackageStartupMessages(library(cmprsk))
  result <- list(dataset = sub("_competing$", "", basename(stem)), csv = basename(file))
  for (g in groups) {
    known <- data[!is.na(data[[g]]), ]
    found <- with(known, cuminc(time, event, known[[g]]))
    times <- sort(unique(known$time))
    for (level in sort(unique(known[[g]]))) {
      own <- list(time = many(times))
      for (cause in 1:2) {
        step <- found[paste(level, cause)]
        if (is.null(step[[1]])) next
        at <- timepoints(step, times)
        own[[paste0("cif", cause)]] <- many(at$est)
        own[[paste0("var", cause)]] <- many(at$var)
      }
      reached <- times <= max(known$time[known[[g]] == level])
      own <- lapply(own, function(x) many(x[reached]))
      result$cif_groups[[g]][[as.character(level)]] <- own
    }
    for (cause in seq_len(nrow(found$Tests)))
      result$gray[[length(result$gray) + 1]] <-
        list(group = g, cause = cause, chisq = found$Tests[cause, 1],
             df = found$Tests[cause, 3], p = found$Tests[cause, 2])
  }
  if (length(covariates)) {
    d <- data[complete.cases(data[covariates]), ]
    fit <- crr(d$time, d$event, as.matrix(d[covariates]), failcode = 1, gtol = 1e-12)
    result$crr <- list(failcode = 1, names = many(covariates), coef = many(unname(fit$coef)),
                       se = many(sqrt(diag(fit$var))))
  }
  write_out(result, paste0(sub("_competing$", "", stem), "_competing.json"))
  quit()
}

result <- list(dataset = basename(stem), csv = basename(file), n = nrow(data),
               events = sum(data$event), km_overall = curve(data, marks, taus), km_groups = list(),
               logrank = list())
for (g in groups) {
  known <- data[!is.na(data[[g]]), ]
  for (level in sort(unique(known[[g]])))
    result$km_groups[[g]][[as.character(level)]] <-
      curve(known[known[[g]] == level, ], marks, taus)
  test <- tested(data, g)
  if (!is.null(test)) result$logrank[[length(result$logrank) + 1]] <- test
}
if (length(layer)) result$logrank_stratified <- tested(data, groups[1], layer)
if (length(option("trend"))) result$logrank_trend <- trend(data, option("trend"))
if (length(covariates)) {
  d <- data[complete.cases(data[c(covariates, layer)]), ]
  asked <- c("efron", "breslow", if (length(option("exact"))) "exact")
  result$cox_rows_used <- nrow(d)
  result$cox <- models(d, covariates, NULL, asked)
  for (ties in c("efron", "breslow"))
    for (x in covariates)
      result$cox_univariate[[ties]][[x]] <- models(d, x, NULL, ties)[[1]]
  if (length(layer)) result$cox_stratified <- models(d, covariates, layer, c("efron", "breslow"))
}
for (g in groups) {
  levels <- sort(unique(data[[g]]))
  if (length(levels) != 2 || !is.numeric(levels)) next
  each <- lapply(levels, function(v) survfit(Surv(time, event) ~ 1, data = data[data[[g]] %in% v, ]))
  for (tau in taus[taus <= min(sapply(each, function(f) max(f$time)))]) {
    one <- area(each[[1]], tau); other <- area(each[[2]], tau)
    diff <- other$rmst - one$rmst; se <- sqrt(one$se^2 + other$se^2)
    result$rmst_diff[[length(result$rmst_diff) + 1]] <-
      list(group = g, levels = many(levels), tau = tau, diff = diff, se = se, z = diff / se,
           p = 2 * pnorm(-abs(diff / se)))
  }
}
write_out(result, paste0(stem, ".json"))
