using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>What the letter about outages says, in the languages of the receipts.</summary>
internal static class OutageTexts
{
    private static readonly (string Key, string En, string De, string Es)[] Table =
    [
        ("title", "Outages on {0}", "Ausfälle am {0}", "Cortes de línea del {0}"),
        ("who", "{0}, merchant {1}. All amounts in {2}.", "{0}, Händler {1}. Alle Beträge in {2}.",
            "{0}, comercio {1}. Todos los importes en {2}."),
        ("of", "As of {0}, from version {1} of the settlement report.",
            "Stand {0}, nach Version {1} des Abrechnungsberichts.",
            "A {0}, según la versión {1} del informe de liquidación."),
        ("span", "{0}, {1} to {2}", "{0}, {1} bis {2}", "{0}, de {1} a {2}"),
        ("sold",
            "While the line was down this store sold {0} times, for {1}, tips included. A closed till would "
                + "have sold nothing of it.",
            "Während die Leitung ausfiel, hat dieser Laden {0}-mal verkauft, für {1} mit Trinkgeld. Eine "
                + "geschlossene Kasse hätte davon nichts verkauft.",
            "Mientras la línea estaba caída, esta tienda vendió {0} veces, por {1}, propinas incluidas. Una "
                + "caja cerrada no habría vendido nada de ello."),
        ("brought", "What selling on brought", "Was das Weiterverkaufen gebracht hat",
            "Lo que aportó seguir vendiendo"),
        ("number", "Number", "Anzahl", "Número"),
        ("amount", "Amount", "Betrag", "Importe"),
        ("sales", "Sales in that time, cash and cards", "Verkäufe in dieser Zeit, bar und mit Karte",
            "Ventas en ese tiempo, en efectivo y con tarjeta"),
        ("undone", "Voided since: the goods are back", "Seither storniert: die Ware ist zurück",
            "Anuladas después: la mercancía ha vuelto"),
        ("less.lost", "Lost: the issuer declined, or it was too late",
            "Verloren: die Bank hat abgelehnt, oder es war zu spät",
            "Perdido: el banco lo rechazó, o era tarde"),
        ("less.open", "Still open: the issuer has not answered", "Noch offen: die Bank hat nicht geantwortet",
            "Pendiente: el banco no ha respondido"),
        ("kept", "Kept, against nothing with a closed till",
            "Behalten, gegenüber nichts bei geschlossener Kasse",
            "Conservado, frente a nada con la caja cerrada"),
        ("of.recovered", "- of that recovered: declined first, paid later",
            "- davon zurückgeholt: erst abgelehnt, später bezahlt",
            "- de ello recuperado: rechazado primero, pagado después"),
        ("cards", "What became of the cards taken at your own risk",
            "Was aus den auf eigenes Risiko genommenen Karten wurde",
            "Qué fue de las tarjetas aceptadas por su cuenta y riesgo"),
        ("approved", "Approved", "Genehmigt", "Autorizado"),
        ("recovered", "Recovered: declined first, paid later",
            "Zurückgeholt: erst abgelehnt, später bezahlt", "Recuperado: rechazado primero, pagado después"),
        ("lost", "Lost", "Verloren", "Perdido"),
        ("cancelled", "Of voided sales", "Aus stornierten Verkäufen", "De ventas anuladas"),
        ("open", "Still open", "Noch offen", "Pendiente"),
        ("accepted", "Accepted while the line was down", "Angenommen, während die Leitung ausfiel",
            "Aceptado mientras la línea estaba caída"),
        ("none", "No card was accepted offline on this date.",
            "An diesem Tag wurde keine Karte ohne Leitung angenommen.",
            "Ese día no se aceptó ninguna tarjeta sin línea."),
    ];

    private static readonly Dictionary<string, (string En, string De, string Es)> ByKey =
        Table.ToDictionary(row => row.Key, row => (row.En, row.De, row.Es));

    public static string Of(Locale locale, string key, params ReadOnlySpan<object?> values)
    {
        var (en, de, es) = ByKey[key];
        return string.Format(null, locale.Language switch { "de" => de, "es" => es, _ => en }, values);
    }
}
