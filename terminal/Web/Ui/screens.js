// The screens in the order of the navigation. A new screen is one import and one place in the list.

import * as sell from "./screens/sell.js";
import * as pay from "./screens/pay.js";
import * as payments from "./screens/payments.js";
import * as sales from "./screens/sales.js";
import * as refund from "./screens/refund.js";
import * as stock from "./screens/stock.js";
import * as customers from "./screens/customers.js";
import * as reports from "./screens/reports.js";
import * as shift from "./screens/shift.js";
import * as paper from "./screens/paper.js";
import * as settings from "./screens/settings.js";
import * as setup from "./screens/setup.js";
import * as signin from "./screens/signin.js";
import * as start from "./screens/start.js";

export const screens = [sell, payments, sales, stock, customers, reports, shift, paper, settings, pay, refund, setup, signin, start];
