using System.Globalization;
using System.Text;
using CloudPos.Terminal.Risk;

namespace CloudPos.Terminal.Cli;

/// <summary>Sums a trial up, per currency.</summary>
internal static class TrialFigures
{
    public static TrialDocument Of(IReadOnlyList<TriedPayment> tried, int notReplayed) => new(
        [.. tried.GroupBy(payment => payment.Amount.Currency).Select(group => SumsOf([.. group], group.Key))],
        [.. tried.Where(payment => IsAccepted(payment.Was) != IsAccepted(payment.Reason))
            .Select(payment => new TriedDocument(
                payment.Number, payment.Payment, payment.Amount, payment.Was, payment.Reason,
                payment.State))],
        notReplayed);

    public static string Text(TrialDocument trial)
    {
        var text = new StringBuilder();
        void Line(string name, TrialSum then, TrialSum now) => text.Append(
            CultureInfo.InvariantCulture,
            $"  {name,-10}{then.Count,6}{then.Amount,16}{now.Count,8}{now.Amount,16}\n");
        foreach (var sums in trial.Sums)
        {
            text.Append(CultureInfo.InvariantCulture, $"{"",-12}{"as it was",22}{"under the other",24}\n");
            Line("accepted", sums.AcceptedThen, sums.AcceptedNow);
            Line("refused", sums.RefusedThen, sums.RefusedNow);
            Line("lost", sums.LostThen, sums.LostNow);
            text.Append(
                CultureInfo.InvariantCulture,
                $"  Accepted in addition, outcome not known: {sums.Gained.Count}, {sums.Gained.Amount}\n"
                + $"  Refused in addition, though not lost: {sums.Forgone.Count}, {sums.Forgone.Amount}\n");
        }
        foreach (var changed in trial.Changed)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  entry {changed.Entry,6} {changed.Amount,14}  {changed.Was} -> {changed.WouldBe}"
                + $"{(changed.State is { } state ? $", became {state}" : "")}\n");
        if (trial.Sums.Count == 0)
            text.Append("The policy has decided no payment on this terminal yet.\n");
        if (trial.NotReplayed > 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $"Not replayed, since an earlier version recorded too little: {trial.NotReplayed}\n");
        return text.ToString();
    }

    private static TrialSums SumsOf(IReadOnlyList<TriedPayment> tried, Currency currency)
    {
        TrialSum Sum(Func<TriedPayment, bool> which)
        {
            var some = tried.Where(which).ToList();
            return new TrialSum(
                some.Count, some.Aggregate(Money.Zero(currency), (sum, payment) => sum + payment.Amount));
        }
        return new TrialSums(
            Sum(payment => IsAccepted(payment.Was)), Sum(payment => IsAccepted(payment.Reason)),
            Sum(payment => !IsAccepted(payment.Was)), Sum(payment => !IsAccepted(payment.Reason)),
            Sum(payment => payment.IsLost), Sum(payment => payment.IsLost && IsAccepted(payment.Reason)),
            Sum(payment => !IsAccepted(payment.Was) && IsAccepted(payment.Reason)),
            Sum(payment => IsAccepted(payment.Was) && !IsAccepted(payment.Reason) && !payment.IsLost));
    }

    private static bool IsAccepted(DecisionReason reason) => reason == DecisionReason.Accepted;
}
