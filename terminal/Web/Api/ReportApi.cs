using System.Globalization;
using CloudPos.Cards;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Reports and shifts.</summary>
internal sealed class ReportApi(TerminalContext context)
{
    private readonly TerminalStore _store = context.Store;

    public void Map(ApiRoutes api)
    {
        var json = ShopJson.Default;
        api.Get("/api/report", json.SalesReport, Need.Cashier, call => Report(call));
        api.Get("/api/report/csv", json.TextDocument, Need.Cashier, Csv);
        api.Get("/api/report/x", json.TextDocument, Need.Cashier, _ => X());
        api.Post("/api/report/z", UiJson.Default.DoneDocument, json.TextDocument, Need.Manager,
            (_, _) => Z());
        api.Get("/api/shifts", json.ShiftsDocument, Need.Cashier, _ => ShiftsOf(_store));
        api.Post("/api/shifts/open", json.OpenShiftBody, json.ShiftsDocument, Need.Cashier, (call, body) =>
            WithAmount(body.Amount, amount => _store.OpenShift(body.Shift, amount, call.Cashier)));
        api.Post("/api/shifts/cash", json.CashBody, json.ShiftsDocument, Need.Cashier, (call, body) =>
            WithAmount(body.Amount, amount => _store.MoveCash(
                body.IsOut ? -amount : amount, CardScrubber.Mask(body.Reason.Trim()), call.Cashier)));
        api.Post("/api/shifts/close", json.CloseShiftBody, json.ShiftsDocument, Need.Cashier, (call, body) =>
            WithAmount(body.Amount, amount => _store.CloseShift(amount, call.Cashier)));
    }

    private ApiAnswer<SalesReport> Report(ApiCall call)
    {
        if (_store.Enrolment is not { } enrolment)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        var today = _store.BusinessDateAt(_store.Now).Date;
        var from = DateOf(call.Query("from"), today);
        var through = DateOf(call.Query("through"), from);
        if (through < from || through.DayNumber - from.DayNumber >= SalesReport.DaysMax)
            return ApiFault.Of(
                FaultCode.BadInput, $"A report covers 1 to {SalesReport.DaysMax} days, the first one first.");
        return SalesReport.Of(_store, enrolment.Currency, from, through);
    }

    private ApiAnswer<TextDocument> Csv(ApiCall call) => Report(call) is { Value: { } report } answer
        ? new TextDocument(
            $"sales-{report.From:yyyy-MM-dd}-{report.Through:yyyy-MM-dd}.csv",
            SalesReportCsv.Of(report, _store.Locale))
        : Report(call).Fault!;

    private ApiAnswer<TextDocument> X() => DayReport.X(_store) is { } text
        ? new TextDocument("X", text)
        : ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");

    private ApiAnswer<TextDocument> Z()
    {
        var outcome = _store.TakeDayReport();
        if (outcome is not { IsStored: true, Entry: { } entry })
            return ApiFault.Of(outcome);
        if (context.Printing.HasPrinter)
            context.Printing.Ring();
        else
            _store.MarkPrinted(entry);
        return new TextDocument("Z", DayReport.Z(_store, entry).Paper.ToString());
    }

    private ApiAnswer<ShiftsDocument> WithAmount(string text, Func<Money, WriteOutcome> act)
    {
        if (_store.Enrolment is not { } enrolment)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        if (!AmountText.TryParse(text, enrolment.Currency, out var amount))
            return ApiFault.Of(FaultCode.BadInput, $"'{text}' is no amount.");
        var outcome = act(amount);
        return outcome.IsStored ? ShiftsOf(_store) : ApiFault.Of(outcome);
    }

    public static ShiftsDocument ShiftsOf(TerminalStore store)
    {
        var shifts = store.Shifts().Select(one => new ShiftDocument(
            one.Row.Shift, one.Cashier, one.At, one.Row.Closed is null, one.Row.Float, one.Row.Expected,
            one.Row.Counted, one.Row.Difference)).ToList();
        return new ShiftsDocument(
            shifts.FirstOrDefault(shift => shift.IsOpen), [.. shifts.Where(shift => !shift.IsOpen)]);
    }

    private static DateOnly DateOf(string text, DateOnly otherwise) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : otherwise;
}
